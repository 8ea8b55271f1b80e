// The step axis that every chart shares.
const MARGIN = { left: 30, right: 10, top: 8, bottom: 20 };

// Steps with a tick: decades where the run spans some, else round steps; thinned until labels have room.
function stepTicks(width) {
  const [low, high] = [model.steps[0] ?? 0, model.steps.at(-1) ?? 1];
  const decades = [0, ...d3.range(0, 13).map(e => 10 ** e)].filter(s => s >= low && s <= high);
  const pick = decades.length >= 3 ? decades : d3.ticks(low, high, 4).filter(Number.isInteger);
  const ticks = pick.length ? pick : [low];
  const [from, to] = [model.edges[0], model.edges.at(-1)];
  const place = step => (Math.log10(step + 1) - from) / (to - from) * (width - MARGIN.left - MARGIN.right);
  const kept = [];
  // From the right, so that the largest decade always has its label.
  for (const step of ticks.toReversed())
    if (!kept.length || place(kept.at(-1)) - place(step) > 24) kept.push(step);
  return kept.toReversed();
}

function stepAxis(width) {
  const labels = new Map(stepTicks(width).map(step => [Math.log10(step + 1), d3.format("~s")(step).replace("G", "B")]));
  return { type: "linear", domain: [model.edges[0], model.edges.at(-1)], ticks: [...labels.keys()], tickFormat: u => labels.get(u), label: null };
}

function plot(width, height, y, marks) {
  return Plot.plot({
    width, height, marginLeft: MARGIN.left, marginRight: MARGIN.right, marginTop: MARGIN.top, marginBottom: MARGIN.bottom,
    style: { background: "none", color: "var(--soft)", fontSize: "10px" },
    x: stepAxis(width), y: { label: null, ...y }, color: { type: "identity" }, marks,
  });
}

// A figure around a chart that takes part in the shared cursor. describe(i) gives the tooltip's rows at checkpoint i.
function chartFigure(svg, label, describe) {
  const figure = element("figure", svg);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  followCursor(figure, svg, describe);
  return figure;
}
