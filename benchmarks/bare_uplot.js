// The panes of the explorer's two series, ten years each, without an explorer: a key replaces prepared arrays, all at once.
const ROWS = 2520;
const fill = (stroke) => ({ stroke, fill: stroke, width: 0.5 });
const PANES = [
  { height: 152, lines: [fill("#E69F00"), fill("#56B4E9")] },
  {
    height: 210,
    lines: [{}, {}, { stroke: "#888" }, { stroke: "#0072B2", width: 2 }, { stroke: "#000", dash: [5, 4] }],
    bands: [{ series: [1, 2], fill: "#56B4E944" }],
  },
  { height: 162, lines: [{ stroke: "#0072B2", width: 1.5 }] },
];

const x = Float64Array.from({ length: ROWS }, (_, i) => i);
const noise = (i, seed) => ((i * 7919 + seed * 31) % 97) / 200;
const wave = (seed) => Array.from(x, (i) => 1 + 0.4 * Math.sin(i / 40 + seed) + noise(i, seed));
const prepared = [0, 1].map((step) => PANES.map(({ lines }) => [x, ...lines.map((_, i) => wave(i + step / 9))]));

document.body.style = "display: grid; grid-template-columns: 632px 632px";
const plots = PANES.flatMap(({ height, lines, bands = [] }, row) =>
  [0, 1].map(() => {
    const series = [{}, ...lines.map((line) => ({ points: { show: false }, ...line }))];
    const options = { width: 632, height, legend: { show: false }, scales: { x: { time: false } }, series, bands };
    return [row, new uPlot(options, prepared[0][row], document.body)];
  }),
);

let step = 0;
function redraw() {
  const begin = performance.now();
  step = 1 - step;
  for (const [row, plot] of plots) plot.setData(prepared[step][row]);
  // uPlot paints in microtasks, which are done before this one.
  queueMicrotask(() => {
    const detail = { ms: performance.now() - begin };
    document.dispatchEvent(new CustomEvent("bare-drawn", { detail }));
  });
}
document.addEventListener("keydown", () => requestAnimationFrame(redraw));
