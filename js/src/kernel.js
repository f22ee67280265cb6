// Messages to Python, and whether it answers. A busy kernel answers later, one that is gone never does.
const PATIENCE = 2000; // milliseconds without an answer until the page says so

export class Kernel {
  /** `changed()` is called when `isSilent` changes. */
  constructor(model, changed) {
    Object.assign(this, { model, changed, isSilent: false, waiting: new Map(), last: 0 });
    this.received = (message) => this.receive(message);
    model.on("msg:custom", this.received);
  }

  destroy() {
    this.model.off("msg:custom", this.received);
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  /** Send a message; the promise ends with Python's answer, which may never come. */
  ask(kind, values = {}) {
    const id = `${Date.now().toString(36)}-${this.last++}`;
    const timer = setTimeout(() => this.setSilent(true), PATIENCE);
    return new Promise((done) => {
      this.waiting.set(id, { done, timer });
      try {
        this.model.send({ ...values, id, kind });
      } catch {
        this.setSilent(true); // the connection is closed
      }
    });
  }

  /** Find out whether the kernel answers, unless a message is still unanswered. */
  ping() {
    if (!this.waiting.size) this.ask("ping");
  }

  receive(message) {
    const waiting = this.waiting.get(message?.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    clearTimeout(waiting.timer);
    this.setSilent(false);
    waiting.done(message);
  }

  setSilent(isSilent) {
    if (this.isSilent === isSilent) return;
    this.isSilent = isSilent;
    this.changed();
  }
}
