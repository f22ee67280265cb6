// One panel as a uPlot chart on the common axis of sessions.
import uPlot from "uplot";
import { compactCount, formatNumber } from "./format.js";
import { tickLabels, tickPlaces } from "./ticks.js";

const FONT = "11px system-ui, -apple-system, 'Segoe UI', sans-serif";
const AXIS_WIDTH = 46;
const AXIS_HEIGHT = 24;

const pathsOf = { bars: uPlot.paths.bars({ size: [0.8, 40], align: 0 }), area: uPlot.paths.linear() };

/** What a plot needs of the chart: `palette`, `days()`, `zoom()`, `syncKey`, and what to call on a drag or double click. */
export function createPlot(host, panel, size, chart) {
  let current = panel;
  let [inSight, waiting] = [true, null];
  let [drawnZoom, drawnDays] = [chart.zoom(), chart.days()];
  const options = {
    ...size,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: cursorOf(chart),
    scales: {
      x: { time: false, range: () => [chart.zoom()[0] - 0.5, Math.max(chart.zoom()[1], chart.zoom()[0]) + 0.5] },
      y: { range: (_, low, high) => spread(low, high, current.limits) },
    },
    axes: [xAxis(panel.labelled, chart), yAxis(panel.compact, chart)],
    series: [{}, ...panel.lines.map((line) => seriesOptions(line, chart))],
    bands: bandOf(panel.lines),
    hooks: {
      drawClear: [(u) => thin(u, panel, chart), (u) => shade(u, current, chart)],
      draw: [(u) => mark(u, current, chart)],
      setSelect: [(u) => chart.selected(u)],
      setCursor: [(u) => chart.pointed(u)],
    },
  };
  const plot = new uPlot(options, dataOf(panel, chart), host);
  plot.over.setAttribute("aria-hidden", "true"); // the chart is described as a whole
  return {
    plot,
    /** Draw what is new, or if the panel is out of sight, keep it until `see` or `flush`. */
    update(next) {
      waiting = next;
      if (inSight) this.flush();
    },
    see(isInSight) {
      inSight = isInSight;
      if (inSight) this.flush();
    },
    flush() {
      const next = waiting;
      waiting = null;
      if (next === null) return;
      const isSame = looksSame(current, next) && chart.zoom().every((place, end) => place === drawnZoom[end]) && drawnDays === chart.days();
      current = next;
      if (isSame) return;
      [drawnZoom, drawnDays] = [chart.zoom(), chart.days()];
      plot.batch(() => {
        next.lines.forEach(({ hidden }, number) => {
          if (plot.series[number + 1].show === Boolean(hidden)) plot.setSeries(number + 1, { show: !hidden });
        });
        plot.setData(dataOf(next, chart), true);
      });
    },
  };
}

/** Return whether a panel would be drawn as before: arrays are replaced, never changed. */
function looksSame(one, other) {
  return (
    one.extreme === other.extreme && one.title === other.title && String(one.marks) === String(other.marks) &&
    Object.keys(one.hiddenShade).every((name) => one.hiddenShade[name] === other.hiddenShade[name]) &&
    one.lines.every((line, number) => line.values === other.lines[number].values && line.hidden === other.lines[number].hidden)
  );
}

const dataOf = (panel, chart) => [chart.places(), ...panel.lines.map(({ values }) => values)];

function cursorOf(chart) {
  return {
    y: false,
    sync: { key: chart.syncKey, scales: ["x", null] },
    drag: { x: true, y: false, setScale: false, dist: 4 },
    points: { size: 6 },
    bind: { dblclick: () => () => (chart.zoomOut(), null) },
  };
}

function seriesOptions(line, chart) {
  const filled = line.paths ? { fill: line.stroke, width: line.paths === "bars" ? 0 : 0.5 } : {};
  return {
    label: line.label, stroke: line.stroke, width: line.width, dash: line.dash, spanGaps: false,
    show: !line.hidden, 
    points: { show: () => isShort(chart) && !line.paths && !line.band && !line.bandEnd, size: 7, fill: line.stroke }, ...filled,
    ...(line.paths ? { paths: pathsOf[line.paths] } : {}),
  };
}

// A line through one row is nothing to see, so each of a few rows gets a point.
const isShort = (chart) => chart.places().length < 3;

function bandOf(lines) {
  const upper = lines.findIndex(({ band }) => band);
  return upper < 0 ? [] : [{ series: [upper + 1, upper + 2], fill: lines[upper].stroke }];
}

function xAxis(labelled, chart) {
  return {
    stroke: chart.palette.muted, font: FONT, size: labelled ? AXIS_HEIGHT : 4, gap: 3,
    grid: { stroke: chart.palette.grid, width: 1 }, ticks: { show: false },
    splits: (u) => tickPlaces(chart.days(), ...chart.zoom(), Math.max(2, Math.floor((u.width - AXIS_WIDTH) / 56))),
    values: (_, places) => (labelled ? tickLabels(chart.days(), places) : places.map(() => "")),
  };
}

function yAxis(compact, chart) {
  return {
    stroke: chart.palette.muted, font: FONT, size: AXIS_WIDTH, gap: 4, space: 28,
    grid: { stroke: chart.palette.grid, width: 1 }, ticks: { show: false },
    values: (_, values, __, ___, step) =>
      values.map((value) => (compact ? compactCount(value) : formatNumber(value, digitsOf(step)))),
  };
}

/** Return how many decimals tell the multiples of a step apart. */
function digitsOf(step) {
  for (let digits = 0; digits < 6; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return digits;
  }
  return 6;
}

function spread(low, high, limits) {
  if (low === null || high === null || low === undefined || high === undefined) return limits?.[1] ? limits : [0, 1];
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [limits?.[0] ?? low - room, limits?.[1] ?? high + room];
}

/** Draw thin lines where there are more sessions than pixels: wide ones with that many corners take long to paint. */
function thin(u, { lines }, chart) {
  const [begin, end] = chart.zoom();
  const isDense = end - begin > u.over.clientWidth;
  lines.forEach(({ width, paths }, number) => {
    if (!paths) u.series[number + 1].width = isDense ? Math.min(width, 1) : width;
  });
}

/**
 * Shade the runs of extremes: over the whole height, or in a strip where a session is thinner than two pixels. Hatch the
 * sessions of which nothing is known.
 */
function shade(u, panel, chart) {
  const { ctx } = u;
  const { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  const { extreme = [], hiddenShade = {} } = panel;
  const [begin, end] = chart.zoom();
  const isDense = u.width - AXIS_WIDTH < 2 * (end - begin);
  const strip = 6 * devicePixelRatio;
  const [from, tall, alpha] = isDense ? [top + height - strip, strip, "FF"] : [top, height, chart.palette.shade];
  for (let place = begin; place <= end; ) {
    const side = extreme[place];
    let until = place + 1;
    // A day that only other series have does not interrupt a run.
    while (until <= end && (extreme[until] === side || extreme[until] === undefined)) until++;
    const name = side === null ? "unknown" : side > 0 ? "fear" : "greed";
    if ((side || side === null) && !hiddenShade[name]) {
      const x = u.valToPos(place - 0.5, "x", true);
      const wide = Math.max(u.valToPos(until - 0.5, "x", true) - x, 1);
      if (side === null) hatch(ctx, chart.palette, x, wide, wide < 2 * strip ? [from, tall] : [top, height]);
      else {
        ctx.fillStyle = chart.palette[name] + alpha;
        ctx.fillRect(x, from, wide, tall);
      }
    }
    place = until;
  }
  ctx.restore();
}

/** Fill an area with thin slanted lines. */
function hatch(ctx, palette, x, wide, [from, tall]) {
  const distance = 8 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, from, wide, tall);
  ctx.clip();
  ctx.strokeStyle = palette.muted;
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  // Places of the lines do not depend on the area, so that those of neighbours join.
  for (let at = Math.floor((x - tall) / distance) * distance; at < x + wide; at += distance) {
    ctx.moveTo(at, from + tall);
    ctx.lineTo(at + tall, from);
  }
  ctx.stroke();
  ctx.restore();
}

/** Draw the horizontal marks of a metric, and the extreme days of a price. */
function mark(u, panel, chart) {
  const { ctx } = u;
  const { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = chart.palette.muted;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const value of panel.marks ?? []) {
    const y = Math.round(u.valToPos(value, "y", true));
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
  }
  if (panel.marked) dots(u, panel, chart);
  ctx.restore();
}

function dots(u, panel, chart) {
  const [begin, end] = chart.zoom();
  const [{ values, hidden }] = panel.lines;
  for (let place = begin; place <= end && !hidden; place++) {
    const side = panel.extreme[place];
    if (!side || values[place] == null) continue;
    u.ctx.fillStyle = chart.palette[side > 0 ? "fear" : "greed"];
    u.ctx.beginPath();
    u.ctx.arc(u.valToPos(place, "x", true), u.valToPos(values[place], "y", true), 2.5 * devicePixelRatio, 0, 7);
    u.ctx.fill();
  }
}
