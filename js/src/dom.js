// Elements made in one line. Texts become text nodes, never markup: titles come from servers and files.
//
// JupyterLab and Notebook use keys such as the arrows for their cells, except in elements with the attribute.
const CONTROLS = new Set(["button", "input", "select", "textarea"]);

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (CONTROLS.has(tag)) element.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Set the text of an element, touching the page only if it changes, so that screen readers stay silent otherwise. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
