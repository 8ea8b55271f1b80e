// Loss and autoencoder health on the shared step axis.
const HEALTH = [
  { key: "fvu", title: "Variance unexplained (FVU)", format: d3.format(".3f"), zero: true },
  { key: "dead", title: "Features that never fire", format: d3.format(".1%"), zero: true },
  { key: "l0", title: "Features firing per token (L0)", format: d3.format(".1f"), zero: true },
  { key: "cosine", title: "Cosine of reconstruction", format: d3.format(".3f"), zero: false },
];

function linesFigure(title, series, format, zero, width, height) {
  const values = series.flatMap(s => s.values).filter(v => v !== null);
  const [low, high] = d3.extent(values);
  const room = ((high - low) || Math.abs(high) || 1) * 0.08;
  const domain = values.length ? [zero ? 0 : low - room, high + room] : [0, 1];
  const marks = [Plot.gridY({ ticks: 4, stroke: "var(--grid)", strokeOpacity: 1 })];
  for (const { values: points, color, name } of series) {
    const rows = points.map((value, i) => ({ u: model.u[i], value })).filter(r => r.value !== null);
    marks.push(Plot.line(rows, { x: "u", y: "value", stroke: color, strokeWidth: 1.7, className: `curve ${name}` }));
    if (rows.length === 1) marks.push(Plot.dot(rows, { x: "u", y: "value", fill: color, r: 2.5 }));
  }
  const svg = plot(width, height, { domain, ticks: 4, tickSize: 0, tickFormat: title === HEALTH[1].title ? d3.format(".0%") : d3.format("~g") }, marks);
  return chartFigure(svg, `${title} over training steps`, i => series.toReversed().map(s => ({ layer: s.layer, label: s.label, value: s.values[i] === null ? "–" : format(s.values[i]) })));
}

function lossFigure(width, height) {
  return linesFigure("Language-model loss", [{ values: data.loss, color: "var(--ink)", name: "loss", label: "loss, nats per token" }], d3.format(".3f"), false, width, height);
}

function drawHealth() {
  const grid = document.getElementById("health-grid");
  const cards = [{ title: "Language-model loss (nats per token)", make: (w, h) => lossFigure(w, h) }];
  for (const { key, title, format, zero } of HEALTH) {
    const series = data.health.map(h => ({ values: h[key], color: layerColor(h.layer), name: `layer-${h.layer}`, layer: h.layer, label: `layer ${h.layer}` }));
    if (series.length) cards.push({ title, make: (w, h) => linesFigure(title, series, format, zero, w, h) });
  }
  grid.replaceChildren(...cards.map(({ title }) => element("article.card", element("header", element("h3", title)))));
  const width = innerWidthOf(grid.firstElementChild);
  cards.forEach(({ make }, i) => grid.children[i].append(make(width, 180)));
}

function innerWidthOf(card) {
  const style = getComputedStyle(card);
  return Math.max(160, Math.floor(card.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)));
}
