// Where the x axis has its labels: at the first session of a week, month, quarter or year. Pure.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SPANS = [1, 3, 6, 12, 24, 60, 120]; // months

const calendars = new WeakMap();

/** Return the month (since year 0) and the day of the month of each day; kept, as every redraw needs them. */
function calendarOf(days) {
  let calendar = calendars.get(days);
  if (!calendar) {
    calendar = { months: new Int32Array(days.length), dates: new Uint8Array(days.length) };
    days.forEach((day, place) => {
      const date = new Date(day * 864e5);
      calendar.months[place] = date.getUTCFullYear() * 12 + date.getUTCMonth();
      calendar.dates[place] = date.getUTCDate();
    });
    calendars.set(days, calendar);
  }
  return calendar;
}

/** Return the places from `begin` to `end` that begin a period, at most `most` of them. */
export function tickPlaces(days, begin, end, most) {
  const { months } = calendarOf(days);
  const [first, last] = [Math.max(begin, 1), Math.min(end, days.length - 1)];
  const find = (isNew) => {
    const places = [];
    for (let place = first; place <= last && places.length <= most; place++) if (isNew(place)) places.push(place);
    return places;
  };
  const week = (place) => Math.floor((days[place] + 3) / 7);
  if (last - begin <= most) return find(() => true);
  const weeks = find((place) => week(place) !== week(place - 1));
  if (weeks.length <= most) return weeks;
  for (const span of SPANS) {
    const places = find((place) => Math.floor(months[place] / span) !== Math.floor(months[place - 1] / span));
    if (places.length <= most) return places;
  }
  return [];
}

/** Return the label of each place: the year where it changes, else the month, with the day if a month has several. */
export function tickLabels(days, places) {
  const calendar = calendarOf(days);
  const months = places.map((place) => calendar.months[place]);
  const withDays = months.some((one, number) => number > 0 && one === months[number - 1]);
  return places.map((place, number) => {
    const month = months[number];
    const isNewYear = number ? Math.floor(months[number - 1] / 12) !== Math.floor(month / 12) : month % 12 === 0 && !withDays;
    if (isNewYear) return String(Math.floor(month / 12));
    const name = MONTHS[month % 12];
    return withDays ? `${calendar.dates[place]} ${name}` : name;
  });
}
