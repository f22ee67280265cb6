// The status line: where the numbers come from and how old they are. Pure; pd_optstat/explorer/status.py has the same words.
import { formatDay } from "./format.js";

function ago(seconds) {
  for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]])
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
  return "just now";
}

const daysOld = (days) => (days <= 0 ? "today" : days === 1 ? "1 day old" : `${days} days old`);

/** Return the parts of the status line for what is drawn, at the moment `now` (milliseconds since 1970). */
export function statusParts(content, scene, now) {
  const { status } = content;
  const parts = [...status.before];
  if (!scene.days.length) parts.unshift("no session in the range shown");
  else {
    const newest = scene.days[scene.days.length - 1];
    parts.push(`newest ${formatDay(newest)} (${daysOld(Math.floor(now / 864e5) - newest)})`);
  }
  if (status.observed) parts.push(`observed ${ago((now - Date.parse(status.observed)) / 1000)}`);
  return [...parts, ...status.after];
}
