// Draws everything once, and again when the width changes.
function drawAll() {
  drawAlerts();
  drawCards();
  drawHealth();
  if (document.getElementById("detail").open) drawDetail();
}

drawHeader();
drawControls();
drawAll();
let drawnWidth = innerWidth;
let pending = 0;
addEventListener("resize", () => {
  clearTimeout(pending);
  pending = setTimeout(() => { if (innerWidth !== drawnWidth) { drawnWidth = innerWidth; drawAll(); } }, 120);
});
document.documentElement.dataset.drawn = "yes";
