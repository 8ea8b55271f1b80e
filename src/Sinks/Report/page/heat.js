// Layer × step heat map of a category: deeper layers above, each cell as wide as the steps it stands for.
const heatHeight = count => MARGIN.top + MARGIN.bottom + Math.max(26, Math.min(150, count * 13));

function heatFigure(category, statistic, { width, layers, max }) {
  const shown = category.curves.filter(c => layers.includes(c.layer));
  const cells = shown.flatMap((curve, row) => curve[statistic].value.flatMap((value, i) =>
    value === null ? [] : [{ x1: model.edges[i], x2: model.edges[i + 1], y1: row, y2: row + 1, color: heatColor(value / max) }]));
  const every = Math.ceil(shown.length / 8);
  const svg = plot(width, heatHeight(shown.length), {
    domain: [0, Math.max(1, shown.length)], ticks: shown.map((_, row) => row + 0.5).filter((_, row) => row % every === 0),
    tickFormat: y => String(shown[Math.floor(y)]?.layer ?? ""), tickSize: 0,
  }, [Plot.rect(cells, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "color", insetTop: 0.6, className: "heat" })]);
  return chartFigure(svg, `${category.name}: ${STATISTICS[statistic].label} by layer and step`, describeCurves(category, statistic, layers));
}

function heatScale(statistic, max) {
  const bar = element("i");
  bar.style.background = `linear-gradient(to right, ${d3.range(HEAT_BINS + 1).map(i => `var(--heat-${i})`).join(",")})`;
  return element("span.scale", "0", bar, formatValue(statistic, max));
}
