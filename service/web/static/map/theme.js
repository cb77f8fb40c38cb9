/** Light or dark, as the reader's system says; colours that the map's canvas needs and CSS cannot give it. */

const THEMES = {
  light: { name: "light", badgeInk: "#ffffff", casing: "#ffffff", ink: "#1b2430", paper: "#ffffff", grey: "#69727f", land: "#f3f1ec" },
  dark: { name: "dark", badgeInk: "#0c0f14", casing: "#0c0f14", ink: "#e8ecf2", paper: "#14181f", grey: "#a4adba", land: "#1d2126" },
};

const query = globalThis.matchMedia("(prefers-color-scheme: dark)");

/** The theme that is on. */
export const currentTheme = () => THEMES[query.matches ? "dark" : "light"];

/** Call back with the new theme whenever the system changes it. */
export function onThemeChange(callback) {
  query.addEventListener("change", () => callback(currentTheme()));
}
