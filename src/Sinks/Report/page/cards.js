// Small multiples: a card per category with its curves and its heat map; the controls above them.
const ALL = "all";
const ORDERS = {
  alert: { label: "first alert", compare: (a, b) => (a.alert ?? Infinity) - (b.alert ?? Infinity) || b.now - a.now },
  now: { label: "best F1 now", compare: (a, b) => b.now - a.now },
  rise: { label: "rise", compare: (a, b) => b.rise - a.rise },
  name: { label: "name", compare: (a, b) => d3.ascending(a.name, b.name) },
};
const view = { facet: ALL, statistic: "best_f1", show: "both", layers: [...model.layers], order: "alert", filter: "" };

function segments(legend, name, options, chosen, onChange) {
  const box = element("div.segments");
  for (const [value, label] of options) {
    const input = element("input");
    Object.assign(input, { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => onChange(value));
    box.append(element("label", input, element("span", label)));
  }
  return element("fieldset", element("legend", legend), box);
}

function layerChips(onChange) {
  const chips = model.layers.map(layer => {
    const input = element("input");
    Object.assign(input, { type: "checkbox", checked: true, value: layer });
    input.addEventListener("change", () => {
      view.layers = model.layers.filter(l => l === layer ? input.checked : view.layers.includes(l));
      onChange();
    });
    return element("label.layer-chip", input, element("span", swatch(layer), String(layer)));
  });
  return element("fieldset", element("legend", "Layers"), ...chips);
}

function drawControls() {
  const order = element("select", ...Object.entries(ORDERS).map(([value, { label }]) => new Option(label, value)));
  order.setAttribute("aria-label", "Sort categories by");
  order.addEventListener("change", () => { view.order = order.value; drawCards(); });
  const filter = element("input");
  Object.assign(filter, { type: "search", placeholder: "Find a category" });
  filter.setAttribute("aria-label", "Find a category");
  filter.addEventListener("input", () => { view.filter = filter.value; drawCards(); });
  const set = key => value => { view[key] = value; drawCards(); };
  const facets = model.facets.length > 1 ? [[ALL, "all"], ...model.facets.map(f => [f, f])] : [];
  document.getElementById("controls").replaceChildren(
    ...(facets.length ? [segments("Facet", "facet", facets, view.facet, set("facet"))] : []),
    segments("Statistic", "statistic", Object.entries(STATISTICS).map(([k, s]) => [k, s.label]), view.statistic, set("statistic")),
    segments("Show", "show", [["both", "both"], ["curves", "curves"], ["heat", "heat maps"]], view.show, set("show")),
    layerChips(drawCards), element("fieldset", element("legend", "Sort"), order), filter, scaleSlot());
}

function scaleSlot() {
  const slot = element("span.scale");
  slot.id = "scale";
  return slot;
}

function visibleCategories() {
  const wanted = view.filter.trim().toLowerCase();
  return model.categories
    .filter(c => (view.facet === ALL || c.facet === view.facet) && c.name.toLowerCase().includes(wanted))
    .sort((a, b) => ORDERS[view.order].compare(a, b) || d3.ascending(a.name, b.name));
}

function cardOf(category) {
  const badge = category.alert === null ? element("span.badge.none", "no alert") : element("span.badge", `▲ step ${formatStep(category.alert)}`);
  const card = element("article.card.opens", element("header", element("h3", category.name, " ", element("span.facet", category.facet)), badge));
  card.tabIndex = 0;
  card.dataset.facet = category.facet;
  card.dataset.category = category.name;
  card.setAttribute("role", "button");
  card.setAttribute("aria-label", `${category.name}, ${category.facet}: open large`);
  card.addEventListener("click", () => openDetail(category));
  card.addEventListener("keydown", event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); openDetail(category); } });
  keyCursor(card);
  return card;
}

function drawCards() {
  const grid = document.getElementById("grid");
  const categories = visibleCategories();
  const max = statisticMax(model.categories.filter(c => view.facet === ALL || c.facet === view.facet), view.statistic);
  document.getElementById("stat-help").textContent = `${STATISTICS[view.statistic].help} Across: training step, as log(step + 1). Open a card for its layers one by one and every number.`;
  const loss = element("article.card.reference", element("header", element("h3", "Model loss"), element("span.badge.none", "nats per token")));
  loss.tabIndex = 0;
  keyCursor(loss);
  grid.replaceChildren(loss, ...categories.map(cardOf));
  // Measured once: all cards of the grid are equally wide.
  const width = innerWidthOf(loss);
  const heat = view.show !== "curves";
  const curves = view.show !== "heat";
  loss.append(lossFigure(width, curves ? 130 + (heat ? heatHeight(view.layers.length) - MARGIN.bottom : 0) : heatHeight(view.layers.length)));
  categories.forEach((category, i) => {
    const card = grid.children[i + 1];
    const options = { width, height: 130, layers: view.layers, bandOf: category.best.layer, max };
    if (curves) card.append(curveFigure(category, view.statistic, options));
    if (heat) card.append(heatFigure(category, view.statistic, options));
  });
  if (!categories.length) grid.append(element("p.empty", "No category matches."));
  document.getElementById("scale")?.replaceChildren(...(heat ? heatScale(view.statistic, max).childNodes : []));
}
