// The explorer in the page: an anywidget front end.
import uPlot from "uplot";

function render({ el }) {
  el.dataset.uplot = typeof uPlot;
}

export default { render };
