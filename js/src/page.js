// The explorer in a file of its own: the model is what the file holds, and there is no Python.
import { mount } from "./app.js";

const bytes = (text) => {
  const view = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new DataView(view.buffer);
};

class FileModel {
  #state;
  #listeners = new Map();

  constructor(state) {
    for (const series of state.content.series)
      for (const name of ["days", "call", "put", "price"]) if (name in series) series[name] = bytes(series[name]);
    this.#state = state;
  }

  get = (name) => this.#state[name];

  set(name, value) {
    this.#state[name] = value;
    for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
  }

  off = (event, listener) => this.#listeners.get(event)?.delete(listener);

  save_changes() {}

  send() {}
}

const state = JSON.parse(document.getElementById("optstat-state").textContent);
mount(document.getElementById("optstat"), new FileModel(state), { standalone: true });
