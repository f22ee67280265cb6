// The explorer in a notebook: what anywidget calls.
import { mount } from "./app.js";

const render = ({ model, el }) => mount(el, model);

export default { render };
