// Numbers as a person reads them, and elements made of text.
const formatStep = step => step < 10000 ? d3.format(",")(step) : d3.format(".3~s")(step).replace("G", "B");
const formatCount = n => n < 10000 ? d3.format(",")(n) : d3.format(".3~s")(n).replace("G", "B");
const formatValue = (statistic, value) => value === null || value === undefined ? "–" : STATISTICS[statistic].share ? value.toFixed(2) : d3.format(".3~r")(value);

// element("p.lead", "text", child…): a tag with classes, then texts and elements.
function element(selector, ...children) {
  const [tag, ...classes] = selector.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  made.append(...children.filter(c => c !== null && c !== undefined));
  return made;
}

function swatch(layer) {
  const dot = element("span.swatch");
  dot.style.background = layerColor(layer);
  return dot;
}
