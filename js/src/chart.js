// The chart: blocks of panels with fixed legends, one crosshair through all of them, zoom by dragging and by keys.
import { compactCount, formatCount, formatDay, formatNumber } from "./format.js";
import { make, setText } from "./dom.js";
import { comparePanel, seriesPanels } from "./panels.js";
import { createPlot } from "./plot.js";
import { visibleRows } from "./series.js";

const NARROW = 900; // pixels below which there is one column
const GAP = 16;
const SHADES = ["fear", "greed", "unknown"];
let charts = 0;
const KEYS_HELP =
  "Left and right arrows move the crosshair, with Shift they move the zoom. Plus and minus zoom, 0 zooms out, 1 to 6 choose a range.";

export class Chart {
  /** `zoomed([first, last] or null)` and `toggled(id)` are called when the user does so; `announce` tells screen readers. */
  constructor(host, { zoomed, toggled, announce }) {
    Object.assign(this, { zoomed, toggled, announce, syncKey: `optstat-${charts++}`, blocks: [], structure: null });
    this.scene = { days: new Int32Array(), parts: [], zoom: [0, 0] };
    this.at = null; // the place of the crosshair
    this.root = make("div", {
      class: "optstat-chart", role: "application", tabIndex: 0, "data-lm-suppress-shortcuts": "true",
      "aria-label": "Chart", "aria-description": KEYS_HELP, onkeydown: (event) => this.pressed(event), onpointerleave: () => this.point(null),
    });
    // What the canvases show, in words: they themselves are hidden from screen readers.
    this.picture = make("div", { role: "img", class: "optstat-unseen" });
    this.grid = make("div", { class: "optstat-blocks" });
    this.root.append(this.picture, this.grid);
    host.append(this.root);
    // Painting takes longest, and most panels of eight series are out of sight.
    this.hosts = new Map();
    this.sight = new IntersectionObserver(
      (seen) => seen.forEach(({ target, isIntersecting }) => this.hosts.get(target)?.see(isIntersecting)),
      { rootMargin: "150px", scrollMargin: "150px" }, // the latter within a notebook, which scrolls by itself
    );
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.root);
  }

  destroy() {
    this.sizes.disconnect();
    this.clear();
  }

  // What plot.js asks for.
  days = () => this.scene.days;
  zoom = () => this.scene.zoom;
  places = () => this.axis;

  show(scene, view, vocabulary, palette, summary) {
    Object.assign(this, { scene, view, vocabulary, palette });
    if (this.axis?.length !== scene.days.length) this.axis = Uint32Array.from(scene.days.keys());
    this.picture.setAttribute("aria-label", summary);
    if (this.at !== null && !(this.at >= scene.zoom[0] && this.at <= scene.zoom[1])) this.at = null;
    const contents = this.describe();
    const structure = JSON.stringify([
      this.columns(contents.length), palette.background,
      contents.map(({ title, panels }) => [title, panels.map(({ id, lines }) => [id, lines.map((one) => [one.id, one.paths])])]),
    ]);
    if (structure !== this.structure) this.build(contents, structure);
    else
      contents.forEach(({ part, panels }, number) => {
        this.blocks[number].part = part;
        this.blocks[number].panels.forEach((one, row) => one.update(panels[row]));
      });
    this.showValues();
  }

  /** Return the title and the panels of each block. */
  describe() {
    const { scene, view, vocabulary, palette } = this;
    const blocks = view.arrangement === "compare"
      ? [{ title: "All series", part: null, panels: [comparePanel(scene, view, vocabulary, palette)] }]
      : scene.parts.map((part) => ({
          title: part.series.title, part, panels: seriesPanels(part, scene, view, vocabulary, palette),
        }));
    const hidden = new Set(view.hidden);
    for (const { panels } of blocks) {
      panels.at(-1).labelled = true;
      for (const panel of panels) {
        panel.hiddenShade = Object.fromEntries(SHADES.map((name) => [name, hidden.has(name)]));
        const isBandHidden = hidden.has(`${panel.id}.upper`);
        for (const line of panel.lines)
          line.hidden = line.band || line.bandEnd ? isBandHidden : hidden.has(`${panel.id}.${line.id}`);
      }
    }
    return blocks;
  }

  columns(count) {
    const width = this.root.clientWidth;
    if (this.view.arrangement !== "side by side" || width < NARROW) return 1;
    return Math.max(1, Math.min(count, Math.floor(width / 440), 4));
  }

  /** Draw also what is out of sight, for a picture of the whole chart. */
  flush() {
    for (const one of this.hosts.values()) one.flush();
  }

  clear() {
    this.sight.disconnect();
    this.hosts.clear();
    for (const { panels } of this.blocks) for (const { plot } of panels) plot.destroy();
    this.blocks = [];
    this.grid.replaceChildren();
  }

  build(contents, structure) {
    this.clear();
    this.structure = structure;
    const columns = this.columns(contents.length);
    this.grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    this.blocks = contents.map(({ title, part, panels }) => {
      const root = make("section", { class: "optstat-block", "aria-label": title });
      const day = make("span", { class: "optstat-day" });
      const shades = part ? this.shadeSwitches() : [];
      root.append(make("div", { class: "optstat-block-head" }, make("span", { class: "optstat-title" }, title), day, ...shades));
      this.grid.append(root);
      const drawn = panels.map((panel) => {
        const legend = this.legend(panel);
        const host = make("div", { class: "optstat-plot", "data-panel": panel.id });
        root.append(legend.root, host);
        const one = createPlot(host, panel, this.size(panel, columns), this);
        this.followTouch(one.plot);
        this.hosts.set(host, one);
        this.sight.observe(host);
        return { ...one, panel, legend, update: (next) => (one.update(next), legend.update(next)) };
      });
      return { root, day, part, panels: drawn };
    });
  }

  size(panel, columns) {
    const width = Math.max(160, Math.floor((this.root.clientWidth - GAP * (columns - 1)) / columns));
    const tall = Math.min(Math.max((globalThis.innerHeight || 800) * 0.6, 400), 640);
    return { width, height: Math.round(tall * panel.height) + (panel.labelled ? 20 : 0) };
  }

  resize() {
    if (!this.view || !this.blocks.length) return;
    const columns = this.columns(this.blocks.length);
    if (JSON.parse(this.structure)[0] !== columns) {
      this.show(this.scene, this.view, this.vocabulary, this.palette, this.picture.getAttribute("aria-label"));
      return;
    }
    for (const { panels } of this.blocks)
      for (const { plot, panel } of panels) {
        const size = this.size(panel, columns);
        if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
      }
  }

  entry(id, colour, kind) {
    const value = make("b");
    const text = make("span");
    const button = make("button", { type: "button", "aria-pressed": "true", onclick: () => this.toggled(id) },
      make("i", { class: `optstat-swatch optstat-${kind}`, style: `--swatch:${colour}`, "aria-hidden": "true" }), text, " ", value);
    return { id, button, text, value };
  }

  /** Return the switches of the shades, which all panels of a block have. */
  shadeSwitches() {
    return SHADES.map((side) => {
      const { button, text } = this.entry(side, this.palette[side] ?? this.palette.muted, side === "unknown" ? "hatched" : "area");
      text.textContent = side;
      button.dataset.shade = side;
      return button;
    });
  }

  /** A legend with fixed places for the values; each entry is a switch that hides its line. */
  legend(panel) {
    const root = make("div", { class: "optstat-legend", role: "group", "aria-label": panel.title });
    const name = make("span", { class: "optstat-panel-title" }, panel.title);
    const entries = panel.lines.filter(({ bandEnd }) => !bandEnd).map((line) =>
      this.entry(`${panel.id}.${line.id}`, line.stroke, line.paths || line.band ? "area" : line.dash ? "dashed" : "line"));
    name.hidden = entries.length === 1 && panel.id !== "compare";
    root.append(name, ...entries.map(({ button }) => button));
    const result = {
      root, entries,
      update: (next) => {
        setText(name, next.title);
        const lines = next.lines.filter(({ bandEnd }) => !bandEnd);
        entries.forEach(({ button, text }, number) => {
          setText(text, lines[number].label);
          button.setAttribute("aria-pressed", String(!lines[number].hidden));
        });
        result.panel = next;
      },
    };
    result.update(panel);
    return result;
  }

  /** Show the values at the crosshair, or of the last visible day, in the legends. */
  showValues() {
    const hidden = new Set(this.view.hidden);
    for (const button of this.grid.querySelectorAll("[data-shade]"))
      button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.shade)));
    for (const block of this.blocks) {
      this.showIfUnknown(block);
      const place = this.at ?? this.lastPlace(block);
      const day = this.scene.days[place];
      setText(block.day, day === undefined ? "no session" : formatDay(day));
      for (const { legend } of block.panels) {
        const { lines } = legend.panel;
        const shown = lines.filter(({ bandEnd }) => !bandEnd);
        legend.entries.forEach(({ value }, number) => setText(value, valueText(shown[number], lines, place)));
      }
    }
  }

  /** Show the switch of what is unknown only where anything is. */
  showIfUnknown({ root, part }) {
    const button = root.querySelector('[data-shade="unknown"]');
    if (!button) return;
    const [begin, end] = visibleRows(part, this.scene);
    button.hidden = !part.result.extreme.subarray(begin, end).some(Number.isNaN);
  }

  /** Return the last visible place at which a block has a row: exchanges have different holidays. */
  lastPlace({ panels }) {
    const [begin, end] = this.scene.zoom;
    const { lines } = panels[0].legend.panel;
    for (let place = end; place > begin; place--) if (lines.some(({ values }) => values[place] !== undefined)) return place;
    return end;
  }

  pointed(plot) {
    if (plot !== this.blocks[0]?.panels[0]?.plot) return; // the others follow this one
    const at = plot.cursor.idx ?? null;
    if (at === this.at) return;
    this.at = at;
    this.showValues();
  }

  /** Move the crosshair of all panels to a place, or remove it. */
  point(place) {
    this.at = place;
    for (const { panels } of this.blocks)
      for (const { plot } of panels) {
        const left = place === null ? -10 : plot.valToPos(place, "x");
        plot.setCursor({ left, top: place === null ? -10 : 0 }, false);
      }
    this.showValues();
  }

  selected(plot) {
    const { left, width } = plot.select;
    if (width <= 0) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (!plot.root.matches(":hover")) return; // the selection of another panel, as all show it
    const ends = [left, left + width].map((x) => Math.round(plot.posToVal(x, "x")));
    this.zoomTo(...ends);
  }

  zoomTo(begin, end) {
    const last = this.scene.days.length - 1;
    const [from, to] = [Math.max(0, Math.min(begin, last)), Math.min(last, Math.max(end, 0))];
    if (last < 1 || to <= from) return;
    this.zoomed(from === 0 && to === last ? null : [formatDay(this.scene.days[from]), formatDay(this.scene.days[to])]);
  }

  zoomOut() {
    this.zoomed(null);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.root) return;
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action(this, event.shiftKey);
  }

  step(by, shift) {
    const [begin, end] = this.scene.zoom;
    if (shift) {
      const span = end - begin;
      const move = Math.max(1, Math.round(span / 10)) * by;
      const from = Math.max(0, Math.min(begin + move, this.scene.days.length - 1 - span));
      this.zoomTo(from, from + span);
      return;
    }
    const place = this.at === null ? (by < 0 ? end : begin) : Math.max(begin, Math.min(end, this.at + by));
    this.point(place);
    this.announce(this.spoken(place));
  }

  scale(factor) {
    const [begin, end] = this.scene.zoom;
    const centre = this.at ?? (begin + end) / 2;
    const from = Math.round(centre - (centre - begin) * factor);
    const to = Math.round(centre + (end - centre) * factor);
    if (to - from >= 1 || factor > 1) this.zoomTo(Math.min(from, begin + (factor > 1 ? -1 : 0) || from), to);
  }

  spoken(place) {
    const day = formatDay(this.scene.days[place] ?? 0);
    const texts = this.blocks.map(({ root, panels }) => {
      const values = panels.flatMap(({ legend }) =>
        legend.entries.map(({ text, value }) => `${text.textContent} ${value.textContent}`));
      return `${root.getAttribute("aria-label")}: ${values.join(", ")}`;
    });
    return `${day}. ${texts.join(". ")}`;
  }

  // uPlot knows the mouse only: a finger that moves sideways moves the crosshair, and up or down scrolls the page.
  followTouch(plot) {
    plot.over.style.touchAction = "pan-y";
    const move = (event) => {
      if (event.pointerType === "mouse") return;
      const left = event.clientX - plot.over.getBoundingClientRect().left;
      const place = Math.round(plot.posToVal(left, "x"));
      this.point(Math.max(this.scene.zoom[0], Math.min(this.scene.zoom[1], place)));
    };
    plot.over.addEventListener("pointerdown", move);
    plot.over.addEventListener("pointermove", move);
  }
}

const KEYS = {
  ArrowLeft: (chart, shift) => chart.step(-1, shift),
  ArrowRight: (chart, shift) => chart.step(1, shift),
  Home: (chart) => chart.point(chart.scene.zoom[0]),
  End: (chart) => chart.point(chart.scene.zoom[1]),
  "+": (chart) => chart.scale(0.5),
  "=": (chart) => chart.scale(0.5),
  "-": (chart) => chart.scale(2),
  _: (chart) => chart.scale(2),
  0: (chart) => chart.zoomOut(),
  Escape: (chart) => (chart.at === null ? chart.zoomOut() : chart.point(null)),
};

function valueText(line, lines, place) {
  if (line.band) {
    const lower = lines.find(({ bandEnd }) => bandEnd);
    return line.values[place] == null ? "–" : `${number(lower, place)}–${number(line, place)}`;
  }
  return number(line, place);
}

function number(line, place) {
  const value = (line.shown ?? line.values)[place];
  if (value === null || value === undefined) return "–";
  if (line.count) return Math.abs(value) >= 1e6 ? compactCount(value) : formatCount(value);
  return formatNumber(value, line.digits);
}
