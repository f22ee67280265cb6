// What each panel shows: its lines, bars, band, shades and marks, as plain data that plot.js draws.
import { onAxis } from "./series.js";

const DENSE = 700; // sessions from which bars would be thinner than a pixel; an area is drawn instead

const line = (id, label, stroke, values, more = {}) => ({ id, label, stroke, values, digits: 2, width: 1.5, ...more });

/** Return the panels of one series, from top to bottom. */
export function seriesPanels(part, scene, view, vocabulary, palette) {
  const { result, series } = part;
  const n = scene.days.length;
  const at = (values) => onAxis(part, values, n);
  const metric = vocabulary.metrics[view.metric];
  const extreme = at(result.extreme);
  const panels = [volumePanel(part, n, palette, view.hidden.includes("volume.call"))];
  panels.push({
    id: "ratio", title: "Put/call ratio", height: 0.42, extreme,
    lines: [
      line("upper", "band", palette.band, at(result.upper), { band: true, width: 0 }),
      line("lower", "", palette.band, at(result.lower), { bandEnd: true, width: 0 }),
      line("ratio", "ratio", palette.ratio, at(result.ratio), { width: 1 }),
      line("mean", `mean ${view.window}`, palette.mean, at(result.mean), { width: 2 }),
      line("slow", `mean ${view.lookback}`, palette.slow, at(result.slow_mean), { dash: [5, 4] }),
    ],
  });
  panels.push({
    id: "metric", title: capital(metric.title), height: 0.28, extreme, marks: metric.marks,
    limits: view.metric === "percentile" ? [0, 1] : null,
    lines: [line("metric", metric.title, palette.metric, at(result.metric), { digits: view.metric === "percentile" ? 3 : 2 })],
  });
  if (series.price)
    panels.push({
      id: "price", title: series.priceName, height: 0.3, extreme, marked: true,
      lines: [line("price", series.priceName, palette.price, at(series.price))],
    });
  return panels;
}

function volumePanel(part, n, palette, isCallHidden) {
  const { call, put } = part.series;
  const calls = onAxis(part, call, n);
  const puts = onAxis(part, put, n);
  // Calls are drawn over the totals, so that what is seen of the totals are the puts.
  part.totals ??= puts.map((value, place) => (value == null || calls[place] == null ? value : value + calls[place]));
  const paths = n > DENSE ? "area" : "bars";
  return {
    id: "volume", title: "Contracts", height: 0.3, limits: [0, null], compact: true,
    lines: [
      line("put", "puts", palette.put, isCallHidden ? puts : part.totals, { paths, shown: puts, count: true }),
      line("call", "calls", palette.call, calls, { paths, shown: calls, count: true }),
    ],
  };
}

/** Return the one panel of compare mode: the metric of all series on one axis. */
export function comparePanel(scene, view, vocabulary, palette) {
  const metric = vocabulary.metrics[view.metric];
  return {
    id: "compare", title: capital(metric.title), height: 1, marks: metric.marks,
    limits: view.metric === "percentile" ? [0, 1] : null,
    lines: scene.parts.map((part, number) =>
      line(part.series.title, part.series.title, palette.lines[number % palette.lines.length],
        onAxis(part, part.result.metric, scene.days.length), { width: 1.5, digits: view.metric === "percentile" ? 3 : 2 }),
    ),
  };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);
