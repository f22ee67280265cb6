// The colours of the two themes (as in pd_optstat/plotting/palettes.py), and which of them the page has.
export const PALETTES = {
  light: {
    background: "#FFFFFF", text: "#1A1A1A", muted: "#6B6B6B", grid: "#1A1A1A14", ratio: "#8A8A8A", mean: "#009E73",
    slow: "#000000", band: "#009E7322", call: "#56B4E9", put: "#E69F00", fear: "#D55E00", greed: "#0072B2",
    shade: "38", metric: "#7A5195", price: "#1A1A1A",
    lines: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A6D00", "#56B4E9", "#1A1A1A", "#7A5195"],
  },
  dark: {
    background: "#15181C", text: "#E6E6E6", muted: "#9A9A9A", grid: "#FFFFFF14", ratio: "#8F8F8F", mean: "#F0E442",
    slow: "#FFFFFF", band: "#56B4E930", call: "#56B4E9", put: "#E69F00", fear: "#D55E00", greed: "#0072B2",
    shade: "60", metric: "#56B4E9", price: "#E6E6E6",
    lines: ["#56B4E9", "#E9731A", "#2BC79B", "#E59AC4", "#F0E442", "#9CC9F5", "#FFFFFF", "#B79CE0"],
  },
};

const luminance = (colour) => {
  const parts = (colour.match(/[\d.]+/g) || []).map(Number);
  if (parts.length < 3 || parts[3] === 0) return null; // transparent
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};

// JupyterLab, Notebook and VS Code declare their theme. Elsewhere the nearest opaque background decides, and without
// one the preference of the system, which an HTML file follows at once.
export function isDarkPage(element, standalone) {
  const prefers = () => globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
  if (standalone) return prefers();
  const declared = document.body.dataset.jpThemeLight;
  if (declared !== undefined) return declared === "false";
  const code = document.body.dataset.vscodeThemeKind;
  if (code !== undefined) return /dark|high-contrast$/.test(code);
  for (let ancestor = element.parentElement; ancestor; ancestor = ancestor.parentElement) {
    const light = luminance(getComputedStyle(ancestor).backgroundColor);
    if (light !== null) return light < 128;
  }
  return prefers();
}

/** Call `changed` whenever the theme of the page may have changed; return what ends that. */
export function watchTheme(changed) {
  const bodies = new MutationObserver(changed);
  bodies.observe(document.body, { attributes: true });
  const preference = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
  preference?.addEventListener("change", changed);
  return () => {
    bodies.disconnect();
    preference?.removeEventListener("change", changed);
  };
}
