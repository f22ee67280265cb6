// The controls: a toolbar, and a drawer for what is needed less often. Each has a label; app.js holds the choices.
import { make, setText } from "./dom.js";
import { formatDay } from "./format.js";

let controls = 0;

export class Controls {
  /**
   * `act` has what the controls do: choose(changes), send(kind, values), copy(), save(kind, name), table(isOpen).
   * Nothing here is kept: `show` sets every control to what is drawn.
   */
  constructor(host, vocabulary, act) {
    Object.assign(this, { vocabulary, act, id: `optstat-drawer-${controls++}` });
    this.toolbar = make("div", { class: "optstat-toolbar", role: "toolbar", "aria-label": "Explorer" });
    this.drawer = make("div", { class: "optstat-drawer", id: this.id, hidden: true });
    host.append(this.toolbar, this.drawer);
    this.buildToolbar();
    this.buildDrawer();
  }

  buildToolbar() {
    const { vocabulary, act } = this;
    this.presets = vocabulary.presets.map((name) =>
      make("button", { type: "button", "aria-pressed": "false",
        onclick: () => act.choose({ preset: name, start: null, end: null, zoom: null }) }, name));
    this.start = this.dateBox("From", "start");
    this.end = this.dateBox("To", "end");
    this.window = this.slider("Window", "window", vocabulary.windows, "sessions of the rolling mean and the band");
    this.lookback = this.slider("Lookback", "lookback", vocabulary.lookbacks, "sessions that a day is compared with");
    this.metric = this.list("Metric", "metric", Object.entries(vocabulary.metrics).map(([name, { title }]) => [name, title]));
    this.more = make("button", { type: "button", "aria-expanded": "false", "aria-controls": this.id, onclick: () => {
      this.drawer.hidden = !this.drawer.hidden;
      this.more.setAttribute("aria-expanded", String(!this.drawer.hidden));
    } }, "More");
    this.toolbar.append(
      make("div", { class: "optstat-group", role: "group", "aria-label": "Range" }, ...this.presets),
      this.start.root, this.end.root, this.window.root, this.lookback.root, this.metric.root, this.more);
  }

  buildDrawer() {
    const { vocabulary, act } = this;
    this.series = make("div", { class: "optstat-row" });
    this.loadedMarkets = new Set();
    this.codes = this.codeEntry(vocabulary.codes ?? []);
    this.arrangement = this.list("Arrange", "arrangement", vocabulary.arrangements.map((name) => [name, name]));
    this.theme = this.list("Theme", "theme", vocabulary.themes.map((name) => [name, name]));
    this.limits = [["Lower", "lower", 0, 1, 0.01], ["Upper", "upper", 0, 1, 0.01], ["Band", "k", 0, 10, 0.1]].map((one) => this.number(...one));
    this.source = make("input", { type: "text", list: `${this.id}-sources`, size: 28, spellcheck: false, autocomplete: "off" });
    this.source.addEventListener("keydown", (event) => event.key === "Enter" && this.sourceChosen());
    this.source.addEventListener("change", () => this.sourceChosen());
    const offered = make("datalist", { id: `${this.id}-sources` }, make("option", { value: "simulator:" }));
    this.refresh = make("button", { type: "button", title: "request what is provisional or new", onclick: () => act.send("refresh") }, "Refresh");
    this.loading = make("div", { class: "optstat-row" }, labelled("Source", this.source), offered, this.refresh);
    this.format = make("select", {}, ...vocabulary.formats.map((name) => make("option", { value: name }, name)));
    this.name = make("input", { type: "text", placeholder: "file name", size: 18, spellcheck: false });
    this.table = make("button", { type: "button", "aria-expanded": "false", onclick: () => {
      const isOpen = this.table.getAttribute("aria-expanded") !== "true";
      this.table.setAttribute("aria-expanded", String(isOpen));
      act.table(isOpen);
    } }, "Table");
    this.code = make("textarea", { rows: 8, readOnly: true, spellcheck: false });
    this.codeBox = labelled("Code", this.code);
    this.codeBox.hidden = true;
    this.codeBox.classList.add("optstat-code");
    this.drawer.append(
      this.series,
      make("div", { class: "optstat-row" }, this.arrangement.root, this.theme.root, ...this.limits.map(({ root }) => root)),
      this.loading,
      make("div", { class: "optstat-row" },
        make("button", { type: "button", title: "copy code that reproduces this view", onclick: () => act.copy() }, "Copy as code"),
        labelled("Save as", this.format), labelled("File", this.name),
        make("button", { type: "button", onclick: () => act.save(this.format.value, this.name.value.trim()) }, "Save"), this.table),
      this.codeBox);
  }

  /** A date that is taken on Enter, when the focus leaves it, or when a day is picked from the calendar. */
  dateBox(label, name) {
    const box = make("input", { type: "date", min: "1973-01-01", max: "2199-12-31" });
    let typed = false;
    const commit = () => {
      typed = false;
      if (box.value === box.dataset.shown) return;
      if (box.validity.badInput) return void (box.value = box.dataset.shown); // only a part of it was typed
      const other = name === "start" ? { end: this.end.value() || null } : { start: this.start.value() || null };
      if (!box.value && !other.start && !other.end) return void (box.value = box.dataset.shown);
      this.act.choose({ preset: null, [name]: box.value || null, ...other, zoom: null });
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") commit();
      else if (event.key === "Escape") box.value = box.dataset.shown;
      else if (event.key !== "Tab") typed = true;
    });
    box.addEventListener("blur", commit);
    box.addEventListener("change", () => typed || commit());
    return {
      root: labelled(label, box),
      value: () => box.dataset.shown,
      show: (day) => {
        const isEdited = typed && document.activeElement === box;
        box.dataset.shown = day;
        if (!isEdited && box.value !== day) box.value = day;
      },
    };
  }

  slider(label, name, [low, high], title) {
    const range = make("input", { type: "range", min: String(low), max: String(high), step: "1", title, "aria-label": label });
    const number = make("input", { type: "number", min: String(low), max: "9999", "aria-label": `${label}, as a number` });
    range.addEventListener("input", () => this.act.choose({ [name]: Number(range.value) }));
    number.addEventListener("change", () => {
      const value = Math.round(Number(number.value));
      if (value >= low) this.act.choose({ [name]: value });
      else number.value = range.value;
    });
    const text = make("span", { "aria-hidden": "true" }, label);
    return {
      root: make("span", { class: "optstat-slider" }, text, range, number),
      show: (value) => {
        if (value > Number(range.max)) range.max = String(value);
        if (value < Number(range.min)) range.min = String(value);
        if (Number(range.value) !== value) range.value = String(value);
        if (Number(number.value) !== value) number.value = String(value);
      },
    };
  }

  list(label, name, options) {
    const select = make("select", {}, ...options.map(([value, text]) => make("option", { value }, text)));
    select.addEventListener("change", () => this.act.choose({ [name]: select.value }));
    return { root: labelled(label, select), show: (value) => (select.value = value) };
  }

  number(label, name, low, high, step) {
    const box = make("input", { type: "number", min: String(low), max: String(high), step: String(step) });
    box.addEventListener("change", () => {
      const value = Number(box.value);
      if (box.value === "" || value < low || value > high) box.value = box.dataset.shown;
      else this.act.choose({ [name]: value });
    });
    return {
      root: labelled(label, box),
      show: (value) => {
        if (Number(box.value) !== value || box.value === "") box.value = String(value);
        box.dataset.shown = String(value);
      },
    };
  }

  sourceChosen() {
    const value = this.source.value;
    if (value.trim() === this.source.dataset.shown) return;
    this.act.send("source", { value }); // a message, not a state: it may hold a key
  }

  /** Set every control to the view, and the dates to the days drawn. */
  show(view, content, [first, last]) {
    const { presets, vocabulary } = this;
    presets.forEach((button, number) => button.setAttribute("aria-pressed", String(vocabulary.presets[number] === view.preset)));
    this.start.show(first === undefined ? "" : formatDay(first));
    this.end.show(last === undefined ? "" : formatDay(last));
    for (const name of ["window", "lookback", "metric", "arrangement", "theme"]) this[name].show(view[name]);
    ["lower", "upper", "k"].forEach((name, number) => this.limits[number].show(view[name]));
    this.showSeries(view, content);
  }

  showSeries(view, content) {
    const given = content?.loaded.given ?? false;
    this.markets = view.markets;
    this.loading.hidden = given;
    const groups = given
      ? [["Series", "series", content.series.map(({ title }) => title)]]
      : [["Market", "markets", this.marketsOffered(view, content)], ["Data type", "data_types", this.vocabulary.data_types]];
    const structure = JSON.stringify(groups);
    if (structure !== this.structure) {
      this.structure = structure;
      this.series.replaceChildren(...groups.map(([label, name, values]) => this.checks(label, name, values)));
      if (!given) this.series.children[0].append(this.codes.root);
      this.series.hidden = given && content.series.length < 2;
    }
    for (const box of this.series.querySelectorAll("input[type=checkbox]"))
      box.checked = (view[box.name] ?? groups[0][2]).includes(box.value);
    if (!given && content) {
      this.showSource(content.loaded.source);
      this.refresh.disabled = !content.loaded.refreshable;
    }
  }

  /** A box for the code of an underlying, which is added to the markets. Python refuses what is no code. */
  codeEntry(codes) {
    const box = make("input", {
      type: "text", list: `${this.id}-codes`, size: 12, placeholder: "US.AAPL", spellcheck: false, autocomplete: "off",
    });
    const add = () => {
      const code = box.value.trim().toUpperCase();
      box.value = "";
      if (code && !this.markets.includes(code)) this.act.choose({ markets: [...this.markets, code] });
    };
    box.addEventListener("keydown", (event) => event.key === "Enter" && add());
    box.addEventListener("change", add);
    const offered = make("datalist", { id: `${this.id}-codes` }, ...codes.map((value) => make("option", { value })));
    return { root: make("span", {}, labelled("Add code", box), offered) };
  }

  /** Return the markets, the codes that were loaded since the page opened, and what is chosen. */
  marketsOffered(view, content) {
    for (const name of content?.loaded.view.markets ?? []) this.loadedMarkets.add(name);
    return [...new Set([...this.vocabulary.markets, ...this.loadedMarkets, ...view.markets])];
  }

  showSource(name) {
    if (document.activeElement !== this.source) this.source.value = name;
    this.source.dataset.shown = name;
  }

  checks(label, name, values) {
    const boxes = values.map((value) => {
      const box = make("input", { type: "checkbox", name, value });
      box.addEventListener("change", () => {
        const ticked = [...this.series.querySelectorAll(`input[name=${name}]`)].filter(({ checked }) => checked);
        this.act.choose({ [name]: ticked.map((one) => one.value) });
      });
      return make("label", { class: "optstat-check" }, box, value);
    });
    return make("div", { class: "optstat-group", role: "group", "aria-label": label }, make("span", {}, `${label}:`), ...boxes);
  }

  showCode(text) {
    if (this.code.value !== text) this.code.value = text;
    this.codeBox.hidden = false;
  }

  showsCode = () => !this.codeBox.hidden;

  pressPreset(number) {
    this.presets[number]?.click();
  }
}

let labels = 0;

// The label is beside the control, not around it: options and values would become part of its name.
function labelled(text, control) {
  control.id = `optstat-control-${labels++}`;
  return make("span", { class: "optstat-label" }, make("label", { for: control.id }, text), control);
}
