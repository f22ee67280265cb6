// The rows of the table: those visible in the chart, newest first. Pure.
import { visibleRows } from "./series.js";

const kept = new WeakMap();

/** Return the visible rows as pairs of part and row, newest first. Those of the same axis and zoom are sorted once. */
function visiblePairs(scene) {
  const zoom = scene.zoom.join();
  const last = kept.get(scene.parts);
  if (last?.zoom === zoom) return last.pairs;
  const pairs = [];
  for (const part of scene.parts) {
    const [begin, end] = visibleRows(part, scene);
    for (let row = begin; row < end; row++) pairs.push([part, row]);
  }
  pairs.sort(([one, row], [other, that]) => other.series.days[that] - one.series.days[row]); // stable
  kept.set(scene.parts, { zoom, pairs });
  return pairs;
}

const sideOf = (mark) => (mark > 0 ? "fear" : mark < 0 ? "greed" : Number.isNaN(mark) ? "unknown" : "");

/** Return the columns and a function to their values, for table.js. */
export function rowsOf(scene, view, metrics) {
  const pairs = visiblePairs(scene);
  const { title } = metrics[view.metric];
  const columns = [
    { title: "Series", kind: "text", get: ({ series }) => series.title, only: scene.parts.length > 1 },
    { title: "Day", kind: "day", get: ({ series }, row) => series.days[row] },
    { title: "Calls", kind: "count", get: ({ series }, row) => series.call[row] },
    { title: "Puts", kind: "count", get: ({ series }, row) => series.put[row] },
    { title: "Put/call", kind: "number", digits: 4, get: ({ result }, row) => result.ratio[row] },
    { title: `Mean ${view.window}`, kind: "number", digits: 4, get: ({ result }, row) => result.mean[row] },
    { title: `Percentile ${view.lookback}`, kind: "number", digits: 3, get: ({ result }, row) => result.percentile[row] },
    {
      title: title[0].toUpperCase() + title.slice(1), kind: "number", digits: 4,
      get: ({ result }, row) => result.metric[row], only: view.metric !== "percentile",
    },
    { title: "Extreme", kind: "text", get: ({ result }, row) => sideOf(result.extreme[row]) },
  ].filter(({ only = true }) => only);
  return { columns, at: (column, row) => columns[column].get(...pairs[row]), count: pairs.length };
}
