/** What every map of ours is: flat, north up, with our buttons and pictures, and drawn anew in the theme of the page. */

import * as maplibregl from "../vendor/maplibre-gl.mjs";
import { FitControl } from "./fit.js";
import { drawIcon, ICON_RATIO } from "./icons.js";
import { t } from "./text.js";
import { onThemeChange } from "./theme.js";

/** Where a map is that has nothing to show. */
export const WORLD = [[-20, -30], [60, 60]];

/**
 * Makes the MapLibre map of a container.
 *
 * `view` is told the wishes of the map: `style(theme)` makes its style, `draw()` adds what is drawn on it whenever a
 * style is loaded, `fit()` shows all of it. `options` are MapLibre's; `words` are further texts for its buttons.
 */
export function framedMap(container, view, { words, ...options }) {
  maplibregl.setWorkerUrl(import.meta.resolve("../vendor/maplibre-gl-worker.mjs"));
  const map = new maplibregl.Map({
    container,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    ...options,
    locale: {
      "NavigationControl.ZoomIn": t("map.zoom_in"), "NavigationControl.ZoomOut": t("map.zoom_out"), ...words,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new FitControl(() => view.fit()), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 90 }), "bottom-right");
  map.setMissingStyleImageResolver((id) => {
    const picture = drawIcon(id);
    if (picture && !map.hasImage(id)) map.addImage(id, picture, { pixelRatio: ICON_RATIO });
  });
  map.on("style.load", () => view.draw());
  map.once("idle", () => { container.dataset.drawn = "yes"; });
  onThemeChange((theme) => map.setStyle(view.style(theme), { diff: false }));
  return map;
}
