// The table of categories by first alert, with every layer's alert on the shared step axis.
const alertOrder = {
  step: { label: "First alert", compare: (a, b) => a.alert - b.alert || b.now - a.now },
  name: { label: "Category", compare: (a, b) => d3.ascending(a.name, b.name) || d3.ascending(a.facet, b.facet) },
  rise: { label: "Best F1, first → now", compare: (a, b) => b.rise - a.rise },
};
let alertSort = "step";

function timeline(category, width) {
  const x = d3.scaleLinear([model.edges[0], model.edges.at(-1)], [10, width - 10]);
  const svg = d3.create("svg").attr("width", width).attr("height", 24).attr("role", "img")
    .attr("aria-label", category.curves.filter(c => c.alert !== undefined).map(c => `layer ${c.layer} at step ${c.alert}`).join(", "));
  const place = step => x(Math.log10(step + 1));
  svg.append("line").attr("x1", x.range()[0]).attr("x2", x.range()[1]).attr("y1", 12).attr("y2", 12).attr("stroke", "var(--grid)");
  svg.append("line").attr("x1", place(category.alert)).attr("x2", x.range()[1]).attr("y1", 12).attr("y2", 12).attr("stroke", "var(--accent)").attr("stroke-opacity", 0.35).attr("stroke-width", 2);
  // Layers that alert at the same step stand above each other instead of hiding each other.
  for (const [step, curves] of d3.group(category.curves.filter(c => c.alert !== undefined), c => c.alert))
    curves.forEach((curve, i) => svg.append("circle").attr("cx", place(step)).attr("cy", 12 + (i - (curves.length - 1) / 2) * Math.min(6, 18 / curves.length))
      .attr("r", curves.length > 3 ? 3 : 4).attr("fill", layerColor(curve.layer)).attr("stroke", "var(--panel)").attr("stroke-width", 1)
      .append("title").text(`layer ${curve.layer}: step ${curve.alert}`));
  return svg.node();
}

function timelineAxis(width) {
  const x = d3.scaleLinear([model.edges[0], model.edges.at(-1)], [10, width - 10]);
  const svg = d3.create("svg").attr("width", width).attr("height", 16).attr("aria-hidden", "true");
  for (const step of stepTicks(width))
    svg.append("text").attr("x", x(Math.log10(step + 1))).attr("y", 12).attr("text-anchor", "middle").attr("font-size", 10).attr("fill", "currentColor").text(d3.format("~s")(step));
  return svg.node();
}

function riseMeter(category) {
  const bar = element("i");
  const [low, high] = d3.extent([category.first, category.now]);
  bar.style.left = `${low * 100}%`;
  bar.style.width = `${Math.max(2, (high - low) * 100)}%`;
  return element("span.rise", `${category.first.toFixed(2)} → ${category.now.toFixed(2)}`, element("span.meter.wide-only", bar));
}

function sortHead(key, className) {
  const button = element("button", alertOrder[key].label);
  button.type = "button";
  button.addEventListener("click", () => { alertSort = key; drawAlerts(); });
  const head = element(`th${className}`, button);
  if (alertSort === key) head.setAttribute("aria-sort", key === "rise" ? "descending" : "ascending");
  return head;
}

function openButton(category, className, ...content) {
  const button = element(`button${className}`, ...content);
  button.type = "button";
  button.addEventListener("click", () => openDetail(category));
  return button;
}

function drawAlerts() {
  const box = document.getElementById("alert-table");
  document.getElementById("alert-legend").replaceChildren(...model.layers.map(layer => element("span", swatch(layer), `layer ${layer}`)));
  const alerted = model.categories.filter(c => c.alert !== null).sort(alertOrder[alertSort].compare);
  const quiet = model.categories.filter(c => c.alert === null);
  box.replaceChildren();
  if (alerted.length) {
    const axisCell = element("th.timeline");
    const rows = alerted.map(category => {
      const layers = category.curves.filter(c => c.alert !== undefined).length;
      return { category, cell: element("td.timeline"), layers };
    });
    const body = rows.map(({ category, cell, layers }) => element("tr",
      element("td.name", openButton(category, "", category.name), " ", element("span.facet", category.facet)),
      element("td.number", formatStep(category.alert)), cell,
      element("td.number.wide-only", `${layers} of ${category.curves.length}`),
      element("td.number", riseMeter(category))));
    const head = element("tr", sortHead("name", ""), sortHead("step", ".number"), axisCell, element("th.number.wide-only", "Layers"), sortHead("rise", ".number"));
    box.append(element("table.emergence", element("thead", head), element("tbody", ...body)));
    const width = Math.max(80, Math.floor(axisCell.clientWidth));
    axisCell.append(timelineAxis(width));
    rows.forEach(({ category, cell }) => cell.append(timeline(category, width)));
  } else {
    box.append(element("p.empty", model.steps.length ? "No category has met the alert rule yet." : "No checkpoint has been committed yet."));
  }
  if (quiet.length && alerted.length)
    box.append(element("p.quieter", `Not yet above the null: ${quiet.length} of ${model.categories.length} categories`), element("div.chips", ...quiet.map(c => openButton(c, ".chip", c.name))));
}
