// What the run is, in a sentence and four figures.
function tile(big, small, what) {
  return element("div.tile", element("div.big", big, " ", element("small", small)), element("div.what", what));
}

function drawHeader() {
  const { steps, categories, layers } = model;
  const plural = (n, word, many) => `${formatCount(n)} ${n === 1 ? word : many ?? word + "s"}`;
  const parts = [data.model, ...(data.parameters > 0 ? [plural(data.parameters, "parameter")] : []), plural(layers.length, "layer"), plural(steps.length, "checkpoint")];
  if (steps.length) parts.push(`steps ${formatStep(steps[0])} to ${formatStep(steps.at(-1))}`);
  const tokens = lastOf(data.tokens);
  if (tokens) parts.push(`${formatCount(tokens)} tokens seen`);
  document.getElementById("subtitle").textContent = parts.join(" · ");

  const alerted = categories.filter(c => c.alert !== null);
  const tiles = [tile(String(alerted.length), `of ${categories.length}`, "categories have emerged at some layer")];
  const earliest = d3.least(alerted, c => c.alert);
  if (earliest) tiles.push(tile(earliest.name, `step ${formatStep(earliest.alert)}`, "emerged first"));
  const risen = d3.greatest(categories, c => c.rise);
  if (risen && steps.length > 1) tiles.push(tile(risen.name, `${risen.first.toFixed(2)} → ${risen.now.toFixed(2)}`, `rose most: best F1, layer ${risen.best.layer}`));
  const [first, last] = [firstOf(data.loss), lastOf(data.loss)];
  if (last !== undefined) tiles.push(tile(last.toFixed(2), steps.length > 1 ? `from ${first.toFixed(2)}` : "", "language-model loss, nats per token"));
  document.getElementById("tiles").replaceChildren(...tiles);

  document.getElementById("about").textContent = "At every checkpoint a sparse autoencoder was trained on the residual stream after each watched layer, and its features were counted on a fixed labelled text that nothing was trained on. A category emerges at a layer when a single feature detects it better than chance labels would allow.";
  document.getElementById("facts").replaceChildren(...data.facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
  document.querySelector(".facts").hidden = data.facts.length === 0;
  document.getElementById("metrics-version").textContent = data.metricsVersion;
  const list = data.events.map(e => element("li", `${e.message} (step ${formatStep(e.step)})`));
  document.getElementById("event-list").replaceChildren(...list);
  document.getElementById("events").hidden = list.length === 0;
}
