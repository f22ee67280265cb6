// The overview strip: the mean ratio over the whole range, and a window over it that can be moved and resized.
import { make } from "./dom.js";

const HEIGHT = 40;
const LEFT = 46; // as wide as the axes of the panels
const RIGHT = 8;
const GRIP = 8; // pixels around an edge in which it is gripped

export class Overview {
  /** `changed(begin, end)` is called with places of the axis while the window is moved. */
  constructor(host, changed) {
    this.changed = changed;
    this.canvas = make("canvas", { class: "optstat-overview", "aria-hidden": "true", height: HEIGHT });
    host.append(this.canvas);
    this.context = this.canvas.getContext("2d");
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel", "dblclick"])
      this.canvas.addEventListener(name, (event) => this[name](event));
  }

  destroy() {
    this.sizes.disconnect();
  }

  show(count, lines, zoom, palette) {
    Object.assign(this, { count, lines, zoom, palette });
    this.draw();
  }

  x = (place) => LEFT + ((place + 0.5) / this.count) * (this.width - LEFT - RIGHT);
  place = (x) => Math.floor(((x - LEFT) / (this.width - LEFT - RIGHT)) * this.count);

  draw() {
    const { canvas, context: ctx, lines, palette } = this;
    if (!lines) return;
    this.width = canvas.clientWidth;
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, this.width, HEIGHT);
    if (!this.count) return;
    for (const { values, colour } of lines) this.line(values, colour);
    const [from, to] = [this.x(this.zoom[0] - 0.5), this.x(this.zoom[1] + 0.5)];
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = palette.background;
    ctx.fillRect(LEFT, 0, from - LEFT, HEIGHT);
    ctx.fillRect(to, 0, this.width - RIGHT - to, HEIGHT);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = palette.muted;
    ctx.lineWidth = 1;
    ctx.strokeRect(from + 0.5, 0.5, Math.max(to - from - 1, 2), HEIGHT - 1);
    ctx.fillStyle = palette.muted;
    for (const edge of [from, to]) ctx.fillRect(edge - 2, HEIGHT / 2 - 8, 4, 16);
  }

  line(values, colour) {
    const ctx = this.context;
    const known = values.filter((value) => value !== null && value !== undefined);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    ctx.beginPath();
    let isOpen = false;
    values.forEach((value, place) => {
      if (value === undefined) return;
      if (value === null) return void (isOpen = false);
      const y = HEIGHT - 4 - ((value - low) / (high - low || 1)) * (HEIGHT - 8);
      if (isOpen) ctx.lineTo(this.x(place), y);
      else ctx.moveTo(this.x(place), y);
      isOpen = true;
    });
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    ctx.stroke();
  }

  pointerdown(event) {
    if (!this.count) return;
    const x = event.offsetX;
    const [from, to] = [this.x(this.zoom[0] - 0.5), this.x(this.zoom[1] + 0.5)];
    const nearer = Math.abs(x - from) < Math.abs(x - to) ? "left" : "right";
    const isGripped = Math.min(Math.abs(x - from), Math.abs(x - to)) < GRIP;
    const isWhole = this.zoom[1] - this.zoom[0] >= this.count - 1;
    this.drag = { start: this.place(x), zoom: this.zoom, kind: isGripped ? nearer : x > from && x < to && !isWhole ? "move" : "new" };
    this.canvas.setPointerCapture(event.pointerId);
  }

  pointermove(event) {
    if (!this.drag) return;
    const { start, zoom, kind } = this.drag;
    const at = Math.max(0, Math.min(this.count - 1, this.place(event.offsetX)));
    if (kind === "left") this.changed(Math.min(at, zoom[1] - 1), zoom[1]);
    else if (kind === "right") this.changed(zoom[0], Math.max(at, zoom[0] + 1));
    else if (kind === "new") {
      if (at !== start) this.changed(Math.min(at, start), Math.max(at, start));
    } else {
      const span = zoom[1] - zoom[0];
      const begin = Math.max(0, Math.min(this.count - 1 - span, zoom[0] + at - start));
      this.changed(begin, begin + span);
    }
  }

  pointerup() {
    this.drag = null;
  }

  pointercancel() {
    this.drag = null;
  }

  dblclick() {
    this.changed(0, this.count - 1);
  }
}
