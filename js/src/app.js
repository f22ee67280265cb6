// The explorer in an element of a page: everything that is drawn follows from the choices and the series of a model.
//
// A model has get, set, on, off, save_changes and send, as anywidget's has; page.js gives one for a file without Python.
import uplotStyle from "uplot/dist/uPlot.min.css";
import { Chart } from "./chart.js";
import { writeCode } from "./code.js";
import { Controls } from "./controls.js";
import { make, setText } from "./dom.js";
import { formatDay } from "./format.js";
import { headlineOf, showHeadlines, summaryOf } from "./headline.js";
import { Kernel } from "./kernel.js";
import { Overview } from "./overview.js";
import { chartPicture, copyText, csvText, defaultName, download } from "./save.js";
import { computeScene, makeAxis, onAxis, seriesOf, visibleRows } from "./series.js";
import { CHOICES, chosenTitles, drawnRange, drawnSeries, readView, refusal, wantedRange, withoutKernel } from "./state.js";
import { statusParts } from "./status.js";
import style from "./style.css";
import tableStyle from "./table.css";
import { createTable } from "./table.js";
import { rowsOf } from "./rows.js";
import { PALETTES, isDarkPage, watchTheme } from "./theme.js";

const SAVE_DELAY = 150; // milliseconds without a change before Python is told of it

/** Draw the explorer of a model in an element, and return what removes it. */
export function mount(element, model, { standalone = false } = {}) {
  const app = new App(element, model, standalone);
  return () => app.destroy();
}

class App {
  constructor(element, model, standalone) {
    Object.assign(this, { model, standalone, frame: null, saving: null, note: "", refused: "", dismissed: null, table: null, drawn: 0 });
    this.kernel = standalone ? null : new Kernel(model, () => this.schedule());
    this.build(element);
    this.changed = () => this.schedule();
    for (const name of [...CHOICES, "content", "busy", "error"]) model.on(`change:${name}`, this.changed);
    this.unwatch = watchTheme(this.changed);
    this.schedule();
    this.kernel?.ping();
  }

  destroy() {
    for (const name of [...CHOICES, "content", "busy", "error"]) this.model.off(`change:${name}`, this.changed);
    if (this.saving !== null) this.saveNow();
    cancelAnimationFrame(this.frame);
    clearInterval(this.clock);
    this.unwatch();
    this.kernel?.destroy();
    this.chart.destroy();
    this.overview.destroy();
    this.table?.destroy();
    this.root.remove();
  }

  build(element) {
    this.root = make("div", { class: "optstat-explorer" });
    this.root.append(make("style", {}, uplotStyle + style + tableStyle));
    element.append(this.root);
    const vocabulary = this.model.get("vocabulary");
    this.controls = new Controls(this.root, vocabulary, {
      choose: (changes) => this.choose(changes),
      send: (kind, values) => this.send(kind, values),
      copy: () => this.copy(),
      save: (kind, name) => this.save(kind, name),
      table: (isOpen) => this.showTable(isOpen),
    });
    this.error = make("div", { class: "optstat-error", role: "alert", hidden: true });
    this.errorText = make("span");
    this.retry = make("button", { type: "button", onclick: () => this.send("retry") }, "Try again");
    this.error.append(this.errorText, this.retry);
    this.heads = make("div", { class: "optstat-heads" });
    const main = make("div");
    this.statusText = make("span");
    this.progress = make("progress", { "aria-label": "Loading", hidden: true });
    this.cancel = make("button", { type: "button", hidden: true, onclick: () => this.send("cancel") }, "Cancel");
    this.badge = make("b", { class: "optstat-synthetic-label", hidden: true }, "SYNTHETIC");
    const status = make("div", { class: "optstat-status", role: "status", "aria-live": "polite" }, this.badge, this.statusText);
    this.notes = make("div", { class: "optstat-notes" });
    this.announcer = make("div", { class: "optstat-unseen", "aria-live": "polite" });
    this.tableHost = make("div", { class: "optstat-table-host", hidden: true });
    this.root.append(this.error, this.heads, main,
      make("div", { class: "optstat-foot" }, status, this.progress, this.cancel), this.notes, this.announcer, this.tableHost);
    this.chart = new Chart(main, {
      zoomed: (zoom) => this.choose({ zoom }),
      toggled: (id) => this.toggle(id),
      announce: (text) => setText(this.announcer, text),
    });
    this.overview = new Overview(main, (begin, end) => this.chart.zoomTo(begin, end));
    this.chart.root.addEventListener("keydown", (event) => {
      if (event.target === this.chart.root && /^[1-6]$/.test(event.key)) this.controls.pressPreset(Number(event.key) - 1);
    });
    // Ages in the status line, in a page that is open for days.
    this.clock = setInterval(this.schedule.bind(this), 60_000);
  }

  // Choices.

  choose(changes) {
    const view = { ...readView(this.model), ...changes };
    const why = refusal(view, this.model.get("content"));
    this.refused = why ?? "";
    this.note = "";
    if (why === null) {
      this.dismissed = this.model.get("error"); // Python clears it, too, if there is one
      for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
      clearTimeout(this.saving);
      this.saving = setTimeout(() => this.saveNow(), "window" in changes || "lookback" in changes || "zoom" in changes ? SAVE_DELAY : 0);
    }
    this.schedule();
  }

  saveNow() {
    clearTimeout(this.saving);
    this.saving = null;
    this.model.save_changes();
    this.kernel?.ping();
  }

  toggle(id) {
    const hidden = this.model.get("hidden");
    this.choose({ hidden: hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id] });
  }

  // What needs Python.

  async send(kind, values) {
    if (!this.kernel) return;
    if (this.saving !== null) this.saveNow();
    this.refused = "";
    const answer = await this.kernel.ask(kind, values);
    if (answer.note) this.note = answer.note;
    if (answer.refused) this.refused = answer.refused;
    this.schedule();
  }

  async copy() {
    if (!this.content) return this.say("Nothing is loaded yet.");
    const text = this.codeText();
    this.controls.showCode(text);
    const copied = await copyText(text);
    this.say(copied ? "Copied." : "The browser did not allow copying. Select the code in the box Code.");
  }

  codeText() {
    const drawn = this.scene.parts.map(({ series }) => series);
    return writeCode(this.view, this.content, drawn, this.shownDays(), this.themeName, this.vocabulary.metrics);
  }

  save(kind, name) {
    const { scene, content } = this;
    if (!content) return this.say("Nothing is loaded yet.");
    if (kind === "Parquet" || kind === "HTML") return this.send("save", { format: kind, name });
    const file = `${name || defaultName(scene)}.${kind.toLowerCase()}`;
    if (kind === "CSV") download(file, new Blob([csvText(scene, this.view, this.vocabulary.metrics)], { type: "text/csv" }));
    else chartPicture(this.chart, this.headlines, this.palette).toBlob((blob) => download(file, blob), "image/png");
    this.say(`Saved ${file} in the browser's folder of downloads.`);
  }

  say(note) {
    this.note = note;
    this.schedule();
  }

  showTable(isOpen) {
    this.tableHost.hidden = !isOpen;
    if (!isOpen) this.table?.destroy();
    this.table = isOpen ? createTable(this.tableHost) : null;
    this.schedule();
  }

  // Drawing: at most once a frame.

  schedule() {
    if (this.frame !== null) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    const begin = performance.now();
    this.view = readView(this.model);
    this.vocabulary = this.model.get("vocabulary");
    this.content = this.model.get("content") ?? null;
    if (!this.content?.series) this.content = null;
    this.applyTheme();
    const { view, content } = this;
    if (content === null) {
      this.controls.show(view, null, []);
      this.controls.showSource(this.model.get("content")?.source ?? "");
      this.showState([]);
      return;
    }
    const drawn = new Set(drawnSeries(view, content));
    this.loaded = this.kernel?.isSilent ? withoutKernel(content.loaded) : content.loaded;
    const range = drawnRange(view, this.loaded);
    const all = seriesOf(content).filter((_, number) => drawn.has(content.series[number]));
    this.scene = computeScene(this.axisOf(all, range), safeView(view));
    this.headlines = this.scene.parts.map((part) => headlineOf(part, this.scene, safeView(view)));
    const counts = this.scene.parts.map((part) => {
      const [first, last] = visibleRows(part, this.scene);
      return { count: last - first };
    });
    this.chart.show(this.scene, view, this.vocabulary, this.palette, summaryOf(counts, this.headlines));
    this.showOverview();
    showHeadlines(this.heads, this.headlines);
    this.controls.show(view, content, this.controlDays(range));
    if (this.controls.showsCode()) this.controls.showCode(this.codeText());
    this.showState(statusParts(content, this.scene, Date.now()));
    this.table?.update(rowsOf(this.scene, view, this.vocabulary.metrics));
    this.report(begin);
  }

  /** Return the axis of series in a range: the one before if both are the same. */
  axisOf(series, range) {
    const isSame = this.axis && this.axis.range.every((day, end) => day === range[end]) &&
      this.axis.series.length === series.length && series.every((one, number) => one === this.axis.series[number]);
    if (!isSame) this.axis = { series, range, ...makeAxis(series, range) };
    return this.axis;
  }

  applyTheme() {
    const { theme } = this.view;
    const dark = theme === "auto" ? isDarkPage(this.root, this.standalone) : theme === "dark";
    this.themeName = dark ? "dark" : "light";
    this.palette = PALETTES[this.themeName];
    this.root.dataset.theme = this.themeName;
    if (!this.standalone && this.model.get("dark") !== dark) {
      this.model.set("dark", dark);
      this.model.save_changes();
    }
  }

  showOverview() {
    const { scene, palette } = this;
    const lines = scene.parts.map((part, number) => ({
      values: onAxis(part, part.result.mean, scene.days.length),
      colour: scene.parts.length > 1 ? palette.lines[number % palette.lines.length] : palette.metric,
    }));
    this.overview.show(scene.days.length, lines, scene.zoom, palette);
  }

  /** Return the first and the last day of the range, as the boxes From and To show them. */
  controlDays([first, last]) {
    const { days } = this.scene;
    return [Number.isFinite(first) ? first : days[0], Number.isFinite(last) ? last : days[days.length - 1]];
  }

  /** Return the days of the copied code: the zoom, or else the range. */
  shownDays() {
    if (this.view.zoom) return this.view.zoom;
    return drawnRange(this.view, this.loaded).map((day) => (Number.isFinite(day) ? formatDay(day) : null));
  }

  showState(parts) {
    const { loading, done, total } = this.model.get("busy") ?? {};
    const isLoading = Boolean(loading) && !this.kernel?.isSilent;
    const told = this.model.get("error");
    if (told !== this.dismissed) this.dismissed = null;
    const error = this.refused || (this.dismissed === null ? told : "");
    this.error.hidden = !error;
    setText(this.errorText, error ? error + (this.content ? "\nThe chart shows the last valid view." : "") : "");
    this.retry.hidden = !error || Boolean(this.refused) || !this.model.get("retryable");
    const texts = [...(isLoading ? [`Loading${total > 1 ? ` ${done} of ${total}` : ""} …`] : []), ...parts];
    if (this.kernel?.isSilent) texts.push("the kernel is busy or gone: what is loaded can still be explored");
    const missing = this.missing();
    if (missing && !isLoading) texts.push(missing);
    if (this.note) texts.push(this.note);
    this.badge.hidden = !this.content?.series.some(({ synthetic }) => synthetic);
    setText(this.statusText, texts.join(" · "));
    setText(this.notes, (this.content?.notes ?? []).join("\n"));
    this.progress.hidden = this.cancel.hidden = !isLoading;
    this.progress.max = Math.max(total ?? 1, 1);
    this.progress.value = done ?? 0;
    this.root.setAttribute("aria-busy", String(isLoading));
  }

  /** Return what is chosen and not loaded, in words. */
  missing() {
    const { view, content } = this;
    if (!content) return "";
    const loaded = new Set(content.series.map(({ title }) => title));
    const series = chosenTitles(view, content).filter((title) => !loaded.has(title));
    if (series.length) return `not loaded: ${series.join(", ")}`;
    const wanted = wantedRange(view, this.loaded.today);
    const drawn = drawnRange(view, this.loaded);
    return wanted.every((day, number) => day === drawn[number]) ? "" : "not loaded: the range chosen";
  }

  // uPlot paints in a microtask; what follows it has been painted.
  report(begin) {
    queueMicrotask(() => {
      const ms = performance.now() - begin;
      this.root.dataset.drawn = String(++this.drawn);
      this.root.dispatchEvent(new CustomEvent("optstat-drawn", { bubbles: true, detail: { ms } }));
    });
  }
}

/** Settings that Python refuses would come only from other code that sets the model; draw what is nearest. */
function safeView(view) {
  return view.metric === "detrend" && view.window >= view.lookback ? { ...view, metric: "zscore" } : view;
}
