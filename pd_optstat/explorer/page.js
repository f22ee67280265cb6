// The browser side of an explorer: detects a dark page, writes to the clipboard, and labels controls for screen
// readers where ipywidgets and plotly do not.

const luminance = (colour) => {
  const parts = (colour.match(/[\d.]+/g) || []).map(Number);
  if (parts.length < 3 || parts[3] === 0) return null; // transparent
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};

// JupyterLab and Notebook declare their theme; elsewhere, the nearest opaque background decides.
const isDark = (element) => {
  const declared = document.body.dataset.jpThemeLight;
  if (declared !== undefined) return declared === "false";
  for (let ancestor = element; ancestor; ancestor = ancestor.parentElement) {
    const light = luminance(getComputedStyle(ancestor).backgroundColor);
    if (light !== null) return light < 128;
  }
  return false;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea"); // navigator.clipboard is missing on insecure pages
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
};

const label = (root, summary) => {
  for (const handle of root.querySelectorAll(".noUi-handle")) {
    const text = handle.closest(".widget-slider")?.querySelector(".widget-label")?.textContent;
    if (text) handle.setAttribute("aria-label", text);
  }
  for (const number of root.querySelectorAll(".widget-slider .widget-readout")) {
    number.setAttribute("role", "textbox"); // it accepts typed numbers
    const text = number.closest(".widget-slider").querySelector(".widget-label")?.textContent;
    if (text) number.setAttribute("aria-label", `${text}, as a number`);
  }
  // JupyterLab and Notebook use the arrow keys for their cells, except in elements with this attribute.
  for (const control of root.querySelectorAll(".noUi-handle, .widget-readout, select, input, textarea"))
    control.dataset.lmSuppressShortcuts = "true";
  for (const group of root.querySelectorAll(".widget-toggle-buttons")) {
    group.setAttribute("role", "group");
    const text = group.querySelector(".widget-label")?.textContent;
    if (text) group.setAttribute("aria-label", text);
    for (const button of group.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.classList.contains("mod-active")));
  }
  for (const bar of root.querySelectorAll(".progress")) {
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", "Loading");
  }
  for (const plot of root.querySelectorAll(".js-plotly-plot")) {
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", summary);
  }
};

const plots = (el) => el.closest(".optstat-explorer")?.querySelectorAll(".js-plotly-plot") ?? [];

// Pointing at one column shows the values of all columns, which have the same days.
const link = (plot, resize) => {
  if (plot.optstatLinked || !plot.on) return false;
  plot.optstatLinked = true;
  let forwarding = false;
  let tried = 0;
  plot.on("plotly_afterplot", () => {
    if (plot.clientWidth === plot._fullLayout.width || plot.clientWidth === tried) return;
    tried = plot.clientWidth; // once per width: if it does not fit then, it will not fit later
    resize();
  });
  plot.on("plotly_hover", ({ points, event }) => {
    const { cartesian, xaxis } = plot._fullLayout._subplots;
    if (forwarding || !event?.isTrusted || !window.Plotly || xaxis.length < 2) return;
    const xval = new Date(points[0].x + "T00:00Z").getTime();
    forwarding = true;
    window.Plotly.Fx.hover(plot, { xval, yval: 0 }, cartesian);
    forwarding = false;
  });
  return true;
};

const render = ({ model, el }) => {
  const start = () => {
    const root = el.closest(".optstat-explorer");
    if (!root) return;
    const updateTheme = () => {
      const dark = isDark(root);
      root.classList.toggle("optstat-on-dark", dark);
      if (model.get("dark") !== dark || !model.get("ready")) {
        model.set("dark", dark);
        model.set("ready", true);
        model.save_changes();
      }
    };
    let waiting = false;
    const relabel = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        label(root, model.get("summary"));
        for (const plot of plots(el)) if (link(plot, resize)) resize();
      });
    };
    updateTheme();
    relabel();
    sizes.observe(root);
    themes.observe(document.body, { attributes: true });
    themes.update = updateTheme;
    parts.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
    parts.relabel = relabel;
    model.on("change:summary", relabel);
  };
  const themes = new MutationObserver(() => themes.update());
  // plotly and the table change their contents at every move of the pointer, and these contain no controls.
  const ignored = ".js-plotly-plot *, table *";
  const parts = new MutationObserver((changes) => {
    if (changes.some(({ target }) => !target.matches?.(ignored))) parts.relabel();
  });
  // plotly listens only to the window, and measures itself before it is in the page.
  const resize = () => window.dispatchEvent(new Event("resize"));
  let width = 0;
  const sizes = new ResizeObserver(([{ contentRect }]) => {
    if (Math.abs(contentRect.width - width) < 1) return; // the height changes with every row of the table
    width = contentRect.width;
    resize();
  });
  const copyRequested = async () => {
    const { number, text } = model.get("request");
    if (!number || number <= model.get("answer").number) return;
    model.set("answer", { number, done: await copy(text) });
    model.save_changes();
  };
  model.on("change:request", copyRequested);
  el.style.display = "none";
  requestAnimationFrame(start); // by then the element is in the page
  return () => {
    themes.disconnect();
    parts.disconnect();
    sizes.disconnect();
    model.off("change:request", copyRequested);
  };
};

export default { render };
