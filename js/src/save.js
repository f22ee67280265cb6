// Files that the page saves by itself: the visible rows as CSV, and the chart as a picture.
import { formatDay } from "./format.js";
import { visibleRows } from "./series.js";

const field = (value) => {
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

/** Return the visible rows of all series as CSV, in full precision. */
export function csvText(scene, view, metrics) {
  const head = ["time", "series", "source", "call_value", "put_value", "ratio", `ratio_mean_${view.window}`,
    `zscore_${view.lookback}`, `percentile_${view.lookback}`, `extreme_${view.lookback}`];
  const extra = !["zscore", "percentile"].includes(view.metric);
  if (extra) head.push(metrics[view.metric].title);
  const lines = [head.map(field).join(",")];
  for (const part of scene.parts) {
    const { series, result } = part;
    const [begin, end] = visibleRows(part, scene);
    for (let row = begin; row < end; row++) {
      const values = [formatDay(series.days[row]), series.title, series.source, series.call[row], series.put[row],
        result.ratio[row], result.mean[row], result.zscore[row], result.percentile[row], result.extreme[row]];
      if (extra) values.push(result.metric[row]);
      lines.push(values.map(field).join(","));
    }
  }
  return lines.join("\n") + "\n";
}

/** Return a file name without its ending, such as "US_SECURITY-VOLUME-from-2026-01-02-synthetic". */
export function defaultName(scene) {
  const titles = scene.parts.map(({ series }) => series.title);
  const parts = [titles.length === 1 ? titles[0] : `${titles.length} series`];
  const [first, last] = scene.zoom.map((place) => scene.days[place]);
  if (first !== undefined) parts.push(`from-${formatDay(first)}`, `to-${formatDay(last)}`);
  if (scene.parts.some(({ series }) => series.synthetic)) parts.push("synthetic");
  return parts.join("-").replaceAll(/[^\p{L}\p{N}_-]/gu, "-");
}

/** Return the chart as it is on the screen, as one canvas with the titles and legends. */
export function chartPicture(chart, heads, palette) {
  chart.flush();
  const scale = globalThis.devicePixelRatio || 1;
  const around = chart.grid.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((around.width + 16) * scale);
  canvas.height = Math.round((around.height + 34) * scale);
  const ctx = canvas.getContext("2d");
  ctx.scale(scale, scale);
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  const at = (element) => {
    const box = element.getBoundingClientRect();
    return [box.left - around.left + 8, box.top - around.top + 8, box];
  };
  ctx.textBaseline = "middle";
  for (const text of chart.grid.querySelectorAll(".optstat-title, .optstat-day, .optstat-panel-title, .optstat-legend button, .optstat-block-head button")) {
    const [x, y, box] = at(text);
    const style = getComputedStyle(text);
    const swatch = text.querySelector("i");
    ctx.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    ctx.globalAlpha = text.getAttribute("aria-pressed") === "false" ? 0.4 : 1;
    if (swatch) {
      ctx.fillStyle = swatch.style.getPropertyValue("--swatch");
      ctx.fillRect(at(swatch)[0], y + box.height / 2 - 2, 12, 4);
    }
    ctx.fillStyle = style.color;
    ctx.fillText(text.textContent.trim(), swatch ? at(swatch)[0] + 16 : x, y + box.height / 2);
  }
  ctx.globalAlpha = 1;
  for (const plot of chart.grid.querySelectorAll(".optstat-plot canvas")) {
    const [x, y, box] = at(plot);
    ctx.drawImage(plot, x, y, box.width, box.height);
  }
  const synthetic = heads.some(({ badges }) => badges.includes("synthetic"));
  ctx.font = "12px sans-serif";
  ctx.fillStyle = palette.muted;
  ctx.fillText(`${synthetic ? "SYNTHETIC DATA · " : ""}pd_optstat`, 8, around.height + 20);
  return canvas;
}

/** Let the browser save a file. */
export function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Write a text to the clipboard, and return whether that was allowed. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea"); // navigator.clipboard is missing on insecure pages
    area.value = text;
    area.style.cssText = "position: fixed; opacity: 0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
