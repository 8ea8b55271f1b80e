// A category's curves: one line per layer over the grey floor of the null; the band of one of them; a ring at each alert.
function curveRows(curve, statistic) {
  const { value, low, high, null: mean, null99 } = curve[statistic];
  return model.u.map((u, i) => ({ u, i, value: value[i], low: low[i], high: high[i], floor: null99 ? null99[i] : mean[i], mean: mean[i] })).filter(r => r.value !== null);
}

// Greatest value to show: shares end at 1 at most, and all charts of a page share one axis.
function statisticMax(categories, statistic) {
  const top = d3.max(categories, c => d3.max(c.curves, curve => d3.max(curve[statistic].high.concat(curve[statistic].value)))) ?? 1;
  return STATISTICS[statistic].share ? Math.min(1, Math.max(0.1, top * 1.02)) : Math.max(1, top * 1.05);
}

function curvePlot(category, statistic, { width, height, layers, bandOf, max }) {
  const shown = category.curves.filter(c => layers.includes(c.layer));
  const banded = shown.find(c => c.layer === bandOf) ?? shown.at(-1);
  const marks = [];
  if (banded) {
    const rows = curveRows(banded, statistic);
    marks.push(
      Plot.areaY(rows, { x: "u", y1: 0, y2: "floor", fill: "var(--floor)", className: "floor" }),
      Plot.areaY(rows, { x: "u", y1: "low", y2: "high", fill: layerColor(banded.layer), fillOpacity: 0.17, className: "band" }));
  }
  marks.push(Plot.gridY({ ticks: 4, stroke: "var(--grid)", strokeOpacity: 1 }), Plot.ruleY([0], { stroke: "var(--line)" }));
  for (const curve of shown) {
    const rows = curveRows(curve, statistic);
    const color = layerColor(curve.layer);
    marks.push(Plot.line(rows, { x: "u", y: "value", stroke: color, strokeWidth: 1.7, className: `curve layer-${curve.layer}` }));
    if (rows.length === 1) marks.push(Plot.dot(rows, { x: "u", y: "value", fill: color, r: 2.5 }));
    const alert = rows.find(r => model.steps[r.i] === curve.alert);
    if (alert && statistic === "best_f1") marks.push(Plot.dot([alert], { x: "u", y: "value", stroke: color, fill: "var(--panel)", strokeWidth: 1.6, r: 3, className: "alert" }));
  }
  return plot(width, height, { domain: [0, max], ticks: 4, tickFormat: STATISTICS[statistic].share ? d3.format(".1f") : d3.format("~s"), tickSize: 0 }, marks);
}

function describeCurves(category, statistic, layers) {
  return i => category.curves.filter(c => layers.includes(c.layer)).toReversed().map(c => {
    const s = c[statistic];
    const more = s.value[i] === null ? "" : `${formatValue(statistic, s.low[i])} to ${formatValue(statistic, s.high[i])}, null ${formatValue(statistic, s.null99 ? s.null99[i] : s.null[i])}`;
    return { layer: c.layer, label: `layer ${c.layer}`, value: formatValue(statistic, s.value[i]), more };
  });
}

function curveFigure(category, statistic, options) {
  const label = `${category.name}: ${STATISTICS[statistic].label} over training steps, one line per layer`;
  return chartFigure(curvePlot(category, statistic, options), label, describeCurves(category, statistic, options.layers));
}
