// One cursor for all charts: pointing at a step in one marks it in every other, and one tooltip tells the values.
const cursor = (() => {
  const charts = new Set();
  const tip = document.getElementById("tip");

  function show(index, from, at) {
    for (const chart of charts) {
      if (!chart.figure.isConnected) { charts.delete(chart); continue; }
      const ratio = chart.svg.getBoundingClientRect().width / chart.width;
      chart.line.hidden = false;
      chart.line.style.left = `${chart.place(index) * ratio}px`;
      chart.line.style.top = `${MARGIN.top * ratio}px`;
      chart.line.style.height = `${(chart.height - MARGIN.top - MARGIN.bottom) * ratio}px`;
    }
    fill(index, from);
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, at.x + 18 + box.width > innerWidth ? at.x - box.width - 14 : at.x + 18)}px`;
    tip.style.top = `${Math.max(8, Math.min(at.y - 10, innerHeight - box.height - 8))}px`;
  }

  function fill(index, from) {
    const rows = from.describe(index).map(row => {
      const name = element("td", row.layer === undefined ? null : swatch(row.layer), row.label);
      return element("tr", name, element("td", element("b", row.value)), element("td", row.more ?? ""));
    });
    tip.replaceChildren(element("div", element("b", `step ${d3.format(",")(model.steps[index])}`)), element("table", ...rows));
  }

  function hide() {
    tip.hidden = true;
    for (const chart of charts) chart.line.hidden = true;
  }

  return { charts, show, hide };
})();

function followCursor(figure, svg, describe) {
  const line = element("div.cursor");
  line.hidden = true;
  figure.append(line);
  const scale = svg.scale("x");
  const chart = { figure, svg, line, describe, width: +svg.getAttribute("width"), height: +svg.getAttribute("height"), place: i => scale.apply(model.u[i]) };
  cursor.charts.add(chart);
  figure.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect();
    const u = scale.invert((event.clientX - box.left) / box.width * chart.width);
    const index = d3.leastIndex(model.u, v => Math.abs(v - u));
    if (index >= 0) cursor.show(index, chart, { x: event.clientX, y: event.clientY });
  });
  figure.addEventListener("pointerleave", cursor.hide);
  figure.chart = chart;
}

// Arrow keys move the cursor over the chart of a focused card.
function keyCursor(card) {
  let index = model.steps.length - 1;
  card.addEventListener("keydown", event => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const figure = card.querySelector("figure");
    if (move && figure) {
      event.preventDefault();
      index = Math.max(0, Math.min(model.steps.length - 1, index + move));
      const box = figure.getBoundingClientRect();
      cursor.show(index, figure.chart, { x: box.left + figure.chart.place(index), y: box.bottom + 12 });
    } else if (event.key === "Escape") cursor.hide();
  });
  card.addEventListener("blur", cursor.hide);
}
