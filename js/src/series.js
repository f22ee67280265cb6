// The series of an explorer: decoded once per load from the bytes that Python sent, and computed from then on here.
import { compute, prepare } from "./compute.js";

const copied = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
const int32 = (view) => new Int32Array(copied(view));
const float64 = (view) => new Float64Array(copied(view));

const decoded = new WeakMap();

/** Return the series of a content with their days and counts as arrays. */
export function seriesOf(content) {
  if (!decoded.has(content))
    decoded.set(content, {
      series: content.series.map((one) => {
        const days = int32(one.days);
        const [call, put] = [float64(one.call), float64(one.put)];
        const price = one.price ? float64(one.price) : null;
        return { ...one, days, call, put, price, prepared: prepare({ days, call, put }) };
      }),
    });
  return decoded.get(content).series;
}

/** Return the first row on or after `day`. */
export function rowFrom(days, day) {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Return all days of the series from `first` to `last`, ascending: the common axis, which has no weekends. */
function commonDays(parts) {
  const [only] = parts;
  if (parts.every(({ days }) => sameDays(days, only.days))) return only.days;
  const days = new Set();
  for (const part of parts) for (const day of part.days) days.add(day);
  return Int32Array.from(days).sort();
}

const sameDays = (one, other) =>
  one.length === other.length && one.every((day, row) => day === other[row]);

/** Return the common days of series in a range, and for each series the place of its rows among them. */
export function makeAxis(series, [first, last]) {
  const parts = series.map((one) => {
    const [begin, end] = [rowFrom(one.days, first), rowFrom(one.days, last + 1)];
    return { series: one, begin, end, days: one.days.subarray(begin, end), places: null, placed: new WeakMap() };
  });
  const days = parts.length ? commonDays(parts) : new Int32Array();
  for (const part of parts) {
    if (sameDays(part.days, days)) continue; // each row has its own place
    part.places = new Int32Array(part.days.length);
    for (let row = 0, place = 0; row < part.days.length; row++) {
      while (days[place] < part.days[row]) place++;
      part.places[row] = place;
    }
  }
  return { days, parts };
}

/** Return what is drawn on an axis: the results of each series, and the places of the zoom. */
export function computeScene({ days, parts }, view) {
  for (const part of parts) part.result = compute(part.series.prepared, view);
  return { days, parts, zoom: zoomOf(view.zoom, days) };
}

function zoomOf(zoom, days) {
  const whole = [0, Math.max(days.length - 1, 0)];
  if (!zoom) return whole;
  const [from, to] = zoom.map((day) => Date.parse(day) / 864e5);
  const [begin, end] = [rowFrom(days, from), rowFrom(days, to + 1) - 1];
  return begin <= end ? [begin, end] : whole;
}

/**
 * Return the values of a part on the common axis: null where there is none, undefined on days that are not its own.
 *
 * The same values give the same array, so that a panel knows what has not changed.
 */
export function onAxis(part, values, count) {
  const { places, begin, end, placed } = part;
  let array = placed.get(values);
  if (!array) {
    array = new Array(count).fill(undefined);
    for (let row = begin; row < end; row++) {
      const value = values[row];
      array[places ? places[row - begin] : row - begin] = value === value ? value : null;
    }
    placed.set(values, array);
  }
  return array;
}

/** Return the rows of a part that are visible: from and to (exclusive), as rows of the whole series. */
export function visibleRows(part, scene) {
  const [first, last] = [scene.days[scene.zoom[0]], scene.days[scene.zoom[1]]];
  if (first === undefined) return [part.begin, part.begin];
  return [Math.max(part.begin, rowFrom(part.series.days, first)), Math.min(part.end, rowFrom(part.series.days, last + 1))];
}
