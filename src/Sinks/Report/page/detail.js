// One category large: a panel per layer with its band and null, loss below on the same axis, and every number.
let detailCategory = null;

function openDetail(category) {
  const dialog = document.getElementById("detail");
  detailCategory = category;
  cursor.hide();
  if (!dialog.open) dialog.showModal();
  drawDetail();
}

function drawDetail() {
  const dialog = document.getElementById("detail");
  const category = detailCategory;
  const neighbours = visibleCategories();
  const at = neighbours.indexOf(category);
  const step = offset => {
    const button = element("button.quiet", offset < 0 ? "‹ previous" : "next ›");
    button.type = "button";
    button.disabled = at < 0 || !neighbours[at + offset];
    button.addEventListener("click", () => openDetail(neighbours[at + offset]));
    return button;
  };
  const close = element("button.quiet", "close");
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  const title = element("h2", category.name, " ", element("span.facet", category.facet));
  title.id = "detail-title";
  const choose = segments("Statistic", "detail-statistic", Object.entries(STATISTICS).map(([k, s]) => [k, s.label]), view.statistic, value => {
    view.statistic = value;
    document.querySelector(`#controls input[value="${value}"]`).checked = true;
    drawCards();
    drawDetail();
  });
  const panels = element("div.panels");
  dialog.replaceChildren(element("div.bar", title, element("nav", step(-1), step(1), close)), choose, panels, element("div.scroll", valueTable(category)));

  const max = statisticMax([category], view.statistic);
  const frames = category.curves.map(c => element("div", element("h3", swatch(c.layer), `layer ${c.layer}`, element("span.facet", c.alert === undefined ? "  no alert" : `  alert at step ${formatStep(c.alert)}`))));
  const lossFrame = element("div", element("h3", "language-model loss"));
  panels.append(...frames, lossFrame);
  const width = Math.max(160, Math.floor(lossFrame.clientWidth));
  frames.forEach((frame, i) => frame.append(curveFigure(category, view.statistic, { width, height: 190, layers: [category.curves[i].layer], bandOf: category.curves[i].layer, max })));
  lossFrame.append(lossFigure(width, 190));
}

function valueTable(category) {
  const head = element("tr", element("th", "step"), element("th", "loss"), ...category.curves.map(c => element("th", `layer ${c.layer}`)));
  const rows = model.steps.map((step, i) => element("tr", element("td", d3.format(",")(step)), element("td", data.loss[i] === null ? "–" : data.loss[i].toFixed(3)),
    ...category.curves.map(c => {
      const s = c[view.statistic];
      return element("td", formatValue(view.statistic, s.value[i]), " ", element("small", s.value[i] === null ? "" : `${formatValue(view.statistic, s.low[i])}–${formatValue(view.statistic, s.high[i])}`));
    })));
  return element("table.values", element("thead", head), element("tbody", ...rows));
}

document.getElementById("detail").addEventListener("click", event => { if (event.target === event.currentTarget) event.currentTarget.close(); });
