// Colours of layers and heat cells as CSS variables for both themes, so that a change of theme redraws nothing.
const HEAT_BINS = 24;
const layerColor = layer => `var(--layer-${model.layers.indexOf(layer)})`;
const heatColor = share => `var(--heat-${Math.round(Math.max(0, Math.min(1, share)) * HEAT_BINS)})`;

(() => {
  const light = { layer: d3.interpolateRgbBasis(["#3b1f8f", "#a3237f", "#d9542b", "#d99a00"]), heat: d3.interpolateRgbBasis(["#f3f0ea", "#f6d9a8", "#e98f5c", "#b23a6b", "#3c1361"]) };
  const dark = { layer: d3.interpolateRgbBasis(["#8f83ff", "#e06bc0", "#ff8f5a", "#ffe07a"]), heat: d3.interpolateRgbBasis(["#24262c", "#4b2a6b", "#a83f73", "#f08a4b", "#ffeaa8"]) };
  const variables = colors =>
    model.layers.map((_, i) => `--layer-${i}:${colors.layer(model.layers.length < 2 ? 0.3 : i / (model.layers.length - 1))}`)
      .concat(d3.range(HEAT_BINS + 1).map(i => `--heat-${i}:${colors.heat(i / HEAT_BINS)}`)).join(";");
  const style = document.createElement("style");
  style.textContent = `:root{${variables(light)}}@media screen and (prefers-color-scheme: dark){:root:not([data-theme="light"]){${variables(dark)}}}@media screen{:root[data-theme="dark"]{${variables(dark)}}}`;
  document.head.append(style);

  const root = document.documentElement;
  const button = document.getElementById("theme");
  const names = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const set = theme => { root.dataset.theme = theme; button.textContent = names[theme]; };
  // A file opened from disk may be denied storage; the choice is then kept for this view only.
  const stored = () => { try { return localStorage.getItem("emergence-theme"); } catch { return null; } };
  const asked = new URLSearchParams(location.hash.slice(1)).get("theme");
  set(names[asked] ? asked : names[stored()] ? stored() : "auto");
  button.addEventListener("click", () => {
    const order = Object.keys(names);
    set(order[(order.indexOf(root.dataset.theme) + 1) % order.length]);
    try { localStorage.setItem("emergence-theme", root.dataset.theme); } catch { /* see above */ }
  });
})();
