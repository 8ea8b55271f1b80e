// The run as the page uses it. Text of the run is only ever set as text, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);

const STATISTICS = {
  best_f1: { label: "Best F1", help: "How well the best single feature of a layer detects the category; band: 95 % interval; grey floor: the label-permutation null up to its 99th percentile.", share: true },
  coverage: { label: "Coverage", help: "Share of the category's tokens on which at least one of its categorical features fires; band: 95 % interval; grey floor: mean of the label-permutation null.", share: true },
  categorical_features: { label: "Categorical features", help: "Number of features that single the category out; band: 95 % interval; grey floor: mean of the label-permutation null.", share: false },
};

const model = (() => {
  const { steps } = data;
  const layers = [...new Set(data.curves.map(c => c.layer).concat(data.health.map(h => h.layer)))].sort((a, b) => a - b);
  const byCategory = new Map();
  for (const curve of data.curves) {
    const key = JSON.stringify([curve.facet, curve.category]);
    if (!byCategory.has(key)) byCategory.set(key, { facet: curve.facet, name: curve.category, curves: [] });
    byCategory.get(key).curves.push(curve);
  }
  const categories = [...byCategory.values()];
  for (const category of categories) {
    category.curves.sort((a, b) => a.layer - b.layer);
    category.best = d3.greatest(category.curves, c => lastOf(c.best_f1.value) ?? -1);
    category.first = firstOf(category.best.best_f1.value) ?? 0;
    category.now = lastOf(category.best.best_f1.value) ?? 0;
    category.rise = category.now - category.first;
    category.alert = d3.min(category.curves, c => c.alert) ?? null;
  }
  // Step axis: u = log10(step + 1). Edges lie half-way between checkpoints, so a heat cell is as wide as what it stands for.
  const u = steps.map(step => Math.log10(step + 1));
  const inner = d3.pairs(u, (a, b) => (a + b) / 2);
  const pad = u.length > 1 ? [inner[0] - u[0], u.at(-1) - inner.at(-1)] : [0.5, 0.5];
  const edges = u.length ? [u[0] - pad[0], ...inner, u.at(-1) + pad[1]] : [0, 1];
  return { steps, u, edges, layers, categories, facets: [...new Set(categories.map(c => c.facet))] };
})();

function firstOf(values) { return values.find(v => v !== null); }
function lastOf(values) { return values.findLast(v => v !== null); }
