// The headline strip: for each series the latest visible ratio, how unusual it is, and what it is worth.
import { latest } from "./compute.js";
import { make } from "./dom.js";
import { formatDay, formatNumber } from "./format.js";
import { visibleRows } from "./series.js";

const signed = (value, digits) => (value > 0 ? "+" : "") + formatNumber(value, digits);
const sessions = (count) => `${count} ${count === 1 ? "session" : "sessions"}`;

/** Return the facts of one series as of its last visible row. */
export function headlineOf(part, scene, view) {
  const { series } = part;
  const [begin, end] = visibleRows(part, scene);
  const badges = series.synthetic ? ["synthetic"] : [];
  if (begin >= end) return { title: series.title, badges, empty: true };
  const one = latest(series.prepared, view, end);
  if (one.row >= 0 && series.provisional.includes(one.day)) badges.push("provisional");
  const side = one.side > 0 ? "fear" : one.side < 0 ? "greed" : null;
  return {
    title: series.title, badges, side, day: one.day, ratio: one.ratio, empty: one.row < begin,
    facts: [
      ["change", signed(one.change, 3)],
      ["percentile", Number.isNaN(one.percentile) ? "–" : `${formatNumber(100 * one.percentile, 0)} %`],
      ["z-score", signed(one.zscore, 2)],
      side
        ? ["state", `${side}, ${sessions(one.age)}`]
        : ["last extreme", one.since === null ? "none" : `${sessions(one.since)} ago`],
    ],
  };
}

/** Show the headlines as cards. */
export function showHeadlines(host, heads) {
  host.replaceChildren(...heads.map((head) => {
    const badges = head.badges.map((badge) => make("span", { class: `optstat-badge optstat-${badge}` }, badge));
    const title = make("div", { class: "optstat-card-title" }, make("span", {}, head.title), ...badges);
    if (head.empty) return make("div", { class: "optstat-card" }, title, make("div", { class: "optstat-facts" }, "No session in the range."));
    const facts = head.facts.map(([name, value]) =>
      make("span", { class: name === "state" ? `optstat-fact optstat-side-${head.side}` : "optstat-fact" },
        make("i", {}, name), " ", make("b", {}, value)));
    return make("div", { class: "optstat-card" }, title,
      make("div", { class: "optstat-facts" },
        make("span", { class: "optstat-ratio", title: `put/call ratio of ${formatDay(head.day)}` }, formatNumber(head.ratio, 3)),
        ...facts));
  }));
}

/** Describe the chart for screen readers, in one sentence a series. */
export function summaryOf(parts, heads) {
  return heads.map((head, number) => {
    if (head.empty) return `${head.title}: no rows.`;
    const facts = head.facts.map(([name, value]) => `${name} ${value}`).join(", ");
    const count = parts[number].count;
    return `${head.title}: ${sessions(count)} until ${formatDay(head.day)}; put/call ratio ${formatNumber(head.ratio, 2)}, ${facts}.`;
  }).join(" ") || "No rows.";
}
