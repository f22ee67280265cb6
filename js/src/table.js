// The table of the rows shown: sorted by a click on a column's title, one page at a time.
//
// Pages instead of a long scroll: a cell that scrolls by itself is in the way of the notebook's own scrolling, and a
// screen reader gets a whole table. Cells are reused, so that a step of a slider changes only the texts that differ.
import { formatCount, formatDay, formatNumber } from "./format.js";

const PAGE_SIZES = [10, 25, 100];

/** Return a cell's text. */
export function formatCell(value, { kind, digits }) {
  if (kind === "text") return value ?? "";
  if (kind === "day") return formatDay(value);
  return kind === "count" ? formatCount(value) : formatNumber(value, digits);
}

/**
 * Return the numbers of the rows in the order of a column, or as given if `direction` is "none".
 *
 * Equal values stay in the order given; missing ones and empty texts come last in either direction.
 */
export function sortRows(values, count, direction) {
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  if (direction === "none") return order;
  const sign = direction === "ascending" ? 1 : -1;
  const isMissing = (value) => value === null || value === undefined || value === "" || Number.isNaN(value);
  const last = Array.from(order, (row) => isMissing(values[row]));
  return order.sort((a, b) => {
    if (last[a] || last[b]) return last[a] - last[b] || a - b;
    if (values[a] === values[b]) return a - b;
    return values[a] < values[b] ? -sign : sign;
  });
}

const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Put a table into `container`, and return `{ update(rows), destroy() }`.
 *
 * `rows` is `{ columns: [{ title, kind, digits }], at, count }`: `kind` is "text", "day", "count" or "number", and
 * `at(column, row)` gives a value, so that only those of the page, and of the column sorted by, are computed. What was
 * sorted by stays so over updates, if the columns are of the same kinds.
 */
export function createTable(container, { label = "Rows shown" } = {}) {
  let rows = { columns: [], at: null, count: 0 };
  let sorted = { column: -1, direction: "none" };
  let order = new Uint32Array(0);
  let first = 0;
  let size = 25;

  const head = make("tr");
  const body = make("tbody");
  const table = make("table", {}, make("thead", {}, head), body);
  table.setAttribute("aria-label", label);
  const status = make("span", { className: "optstat-table-status" });
  status.setAttribute("role", "status");
  const button = (text, title, move) => {
    const element = make("button", { type: "button", textContent: text, title });
    element.setAttribute("aria-label", title);
    // `disabled` would take the focus away from whoever steps to the last page with the keyboard.
    element.addEventListener("click", () => element.getAttribute("aria-disabled") !== "true" && turn(move()));
    return element;
  };
  const lastPage = () => Math.floor(Math.max(rows.count - 1, 0) / size) * size;
  const back = [button("«", "First page", () => 0), button("‹", "Previous page", () => first - size)];
  const forth = [button("›", "Next page", () => first + size), button("»", "Last page", lastPage)];
  const sizes = make("select", {}, ...PAGE_SIZES.map((n) => make("option", { value: n, textContent: n })));
  sizes.value = size;
  sizes.addEventListener("change", () => {
    size = Number(sizes.value);
    turn(Math.floor(first / size) * size);
  });
  const perPage = make("label", { className: "optstat-table-size" }, sizes, " rows a page");
  const pager = make("div", { className: "optstat-table-pager" }, ...back, status, ...forth, perPage);
  container.classList.add("optstat-table");
  container.replaceChildren(make("div", { className: "optstat-table-scroll" }, table), pager);

  function turn(row) {
    first = Math.min(Math.max(row, 0), lastPage());
    drawRows();
  }

  function sort() {
    const { column, direction } = sorted;
    const values = direction === "none" ? [] : Array.from({ length: rows.count }, (_, row) => rows.at(column, row));
    order = sortRows(values, rows.count, direction);
    [...head.children].forEach((cell, i) => {
      cell.setAttribute("aria-sort", i === sorted.column ? sorted.direction : "none");
    });
  }

  function drawHead() {
    head.replaceChildren(
      ...rows.columns.map(({ kind }, column) => {
        const title = make("button", { type: "button" });
        title.addEventListener("click", () => {
          sorted = { column, direction: NEXT[column === sorted.column ? sorted.direction : "none"] };
          sort();
          turn(0);
        });
        return make("th", { scope: "col", className: `optstat-cell-${kind}` }, title);
      }),
    );
    body.replaceChildren();
  }

  function drawRows() {
    const end = Math.min(first + size, rows.count);
    while (body.rows.length > end - first) body.lastChild.remove();
    while (body.rows.length < end - first) {
      const cells = rows.columns.map(({ kind }) => {
        const cell = make(kind === "day" ? "th" : "td", { className: `optstat-cell-${kind}` });
        if (kind === "day") cell.scope = "row";
        return cell;
      });
      body.append(make("tr", {}, ...cells));
    }
    for (let i = first; i < end; i++) {
      const { cells } = body.rows[i - first];
      rows.columns.forEach((column, j) => setText(cells[j], formatCell(rows.at(j, order[i]), column)));
    }
    const range = `${formatCount(first + 1)}–${formatCount(end)} of ${formatCount(rows.count)}`;
    setText(status, rows.count ? range : "No rows");
    for (const element of back) element.setAttribute("aria-disabled", first === 0);
    for (const element of forth) element.setAttribute("aria-disabled", end >= rows.count);
  }

  const kinds = ({ columns }) => columns.map(({ kind }) => kind).join();

  return {
    update(newRows) {
      const isAlike = kinds(newRows) === kinds(rows);
      if (!isAlike) sorted = { column: -1, direction: "none" };
      if (newRows.count !== rows.count) first = 0;
      rows = newRows;
      if (!isAlike) drawHead();
      rows.columns.forEach(({ title }, i) => setText(head.children[i].firstChild, title));
      sort();
      turn(first);
    },
    destroy() {
      container.replaceChildren();
      container.classList.remove("optstat-table");
    },
  };
}
