// The rows of the table: those visible in the chart, newest first. Pure.
import { visibleRows } from "./series.js";

/** Return columns and values for table.js. */
export function rowsOf(scene, view, metrics) {
  const rows = [];
  for (const part of scene.parts) {
    const [begin, end] = visibleRows(part, scene);
    for (let row = begin; row < end; row++) rows.push([part, row]);
  }
  rows.sort(([one, row], [other, that]) => other.series.days[that] - one.series.days[row]); // stable
  const take = (get) => rows.map(([part, row]) => get(part, row));
  const columns = [];
  const values = [];
  const add = (title, kind, get, digits) => {
    columns.push({ title, kind, digits });
    values.push(take(get));
  };
  if (scene.parts.length > 1) add("Series", "text", ({ series }) => series.title);
  add("Day", "day", ({ series }, row) => series.days[row]);
  add("Calls", "count", ({ series }, row) => series.call[row]);
  add("Puts", "count", ({ series }, row) => series.put[row]);
  add("Put/call", "number", ({ result }, row) => result.ratio[row], 4);
  add(`Mean ${view.window}`, "number", ({ result }, row) => result.mean[row], 4);
  add(`Percentile ${view.lookback}`, "number", ({ result }, row) => result.percentile[row], 3);
  if (view.metric !== "percentile") {
    const { title } = metrics[view.metric];
    add(title[0].toUpperCase() + title.slice(1), "number", ({ result }, row) => result.metric[row], 4);
  }
  add("Extreme", "text", ({ result }, row) => (result.extreme[row] > 0 ? "fear" : result.extreme[row] < 0 ? "greed" : ""));
  return { columns, values, count: rows.length };
}
