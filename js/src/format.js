// Numbers and days as text. Days are whole numbers, counted from 1970-01-01 as in the arrays that Python sends.

const MISSING = "–";
const MILLISECONDS = 86_400_000;

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 20 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
const fixed = new Map();

const isMissing = (value) => value === null || value === undefined || Number.isNaN(value);

/** Return a count with thousands separators: 45658870 is "45,658,870". */
export function formatCount(value) {
  return isMissing(value) ? MISSING : whole.format(value);
}

/** Return a count in three digits: 45658870 is "45.7M". */
export function compactCount(value) {
  return isMissing(value) ? MISSING : compact.format(value);
}

/** Return a number with `digits` decimals, and thousands separators; never "-0.00". */
export function formatNumber(value, digits) {
  if (isMissing(value)) return MISSING;
  let format = fixed.get(digits);
  if (!format) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" };
    fixed.set(digits, (format = new Intl.NumberFormat("en-US", options)));
  }
  return format.format(value);
}

/** Return a day as "2026-06-12". */
export function formatDay(day) {
  return isMissing(day) ? MISSING : new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

/** Return the day that "2026-06-12" stands for, or null if the text is not a date of the calendar. */
export function parseDay(text) {
  const parts = /^\s*(\d{4})-(\d{2})-(\d{2})\s*$/.exec(text);
  if (!parts) return null;
  const day = Date.UTC(parts[1], parts[2] - 1, parts[3]) / MILLISECONDS;
  return formatDay(day) === text.trim() ? day : null;
}
