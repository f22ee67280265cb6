// The choices of an explorer and the days that they show. Pure; pd_optstat/explorer/state.py has the same rules.
import { formatDay, parseDay } from "./format.js";

export const CHOICES = [
  "markets", "data_types", "series", "preset", "start", "end", "window", "lookback", "metric", "lower", "upper", "k",
  "arrangement", "theme", "zoom", "hidden",
];

const MONTHS_BACK = { "1M": 1, "3M": 3, "1Y": 12, "5Y": 60 };
const EARLIEST = "1973-01-01"; // options were first listed then

export const readView = (model) => Object.fromEntries(CHOICES.map((name) => [name, model.get(name)]));

function monthsBefore(day, months) {
  const [year, month, date] = formatDay(day).split("-").map(Number);
  const count = year * 12 + (month - 1) - months;
  const [y, m] = [Math.floor(count / 12), count % 12];
  const longest = new Date(Date.UTC(y, m + 1, 0)).getUTCDate();
  return Date.UTC(y, m, Math.min(date, longest)) / 864e5;
}

/** Return the first and the last day to show; -Infinity and Infinity stand for the first and the newest row. */
export function wantedRange(view, today) {
  const end = view.end ? parseDay(view.end) : null;
  const last = end ?? Infinity;
  if (view.preset === null) return [view.start ? parseDay(view.start) : -Infinity, last];
  if (view.preset === "Max") return [-Infinity, last];
  const until = end ?? parseDay(today);
  if (view.preset === "YTD") return [parseDay(`${formatDay(until).slice(0, 4)}-01-01`), last];
  return [monthsBefore(until, MONTHS_BACK[view.preset]), last];
}

/** Return whether what is loaded has every day of the range. */
export function isCovered([first, last], loaded) {
  const begin = loaded.first === null ? -Infinity : parseDay(loaded.first);
  const end = loaded.last === null ? Infinity : parseDay(loaded.last);
  return first >= begin && last <= end;
}

/** Return the range that is drawn: the one chosen if it is loaded, else the one loaded last. */
export function drawnRange(view, loaded) {
  const wanted = wantedRange(view, loaded.today);
  return isCovered(wanted, loaded) ? wanted : wantedRange({ ...view, ...loaded.view }, loaded.today);
}

/** Return what is loaded as seen without a kernel: nothing newer can come, so presets count back from its last day. */
export function withoutKernel(loaded) {
  return loaded.last === null ? loaded : { ...loaded, today: loaded.last, last: null };
}

/** Return the titles of the series chosen. */
export function chosenTitles(view, content) {
  if (content.loaded.given) return view.series ?? content.series.map(({ title }) => title);
  return view.markets.flatMap((market) => view.data_types.map((kind) => `${market} ${kind}`));
}

/** Return the series to draw: those chosen that are loaded, or all that were loaded last if none of them is. */
export function drawnSeries(view, content) {
  const titles = new Set(chosenTitles(view, content));
  const chosen = content.series.filter(({ title }) => titles.has(title));
  return chosen.length ? chosen : content.series;
}

/** Return why a choice is not valid, or null. */
export function refusal(view, content) {
  if (content?.loaded.given ? view.series?.length === 0 : !view.markets.length || !view.data_types.length)
    return content?.loaded.given ? "Choose at least one series." : "Choose at least one market and one data type.";
  for (const [name, day] of [["From", view.start], ["To", view.end]])
    if (day && (parseDay(day) === null || day < EARLIEST)) return `${name} ${day} is not a day from ${EARLIEST} on.`;
  if (view.preset === null && view.start && view.end && view.start > view.end)
    return `From ${view.start} is after To ${view.end}. Swap them?`;
  if (!(view.lower < view.upper)) return `lower=${view.lower}, upper=${view.upper}: lower must be below upper.`;
  if (view.metric === "detrend" && view.window >= view.lookback)
    return (
      `Window ${view.window} is not shorter than Lookback ${view.lookback}, as the detrended ratio requires. ` +
      "Move one of the sliders, or choose another metric."
    );
  return null;
}
