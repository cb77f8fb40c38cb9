/** The pin: dragged with a mouse or a finger, or moved with the arrow keys. */

import * as maplibregl from "../vendor/maplibre-gl.mjs";
import { h, svg } from "../map/dom.js";
import { t } from "../map/text.js";
import { movedBy } from "./places.js";

/** Pixels that an arrow key moves the pin by, alone and with Shift. */
const STEP = { fine: 4, coarse: 40 };
const KEYS = {
  ArrowUp: { east: 0, north: 1 }, ArrowDown: { east: 0, north: -1 },
  ArrowLeft: { east: -1, north: 0 }, ArrowRight: { east: 1, north: 0 },
};

/** Add a pin to a map; `onMove` is told where it was put, {lon, lat}. */
export function makePin(map, location, { onMove }) {
  const element = h("div.pin", { tabindex: 0, role: "button", "aria-label": t("review.pin.label"), "aria-roledescription": t("review.pin") },
    svg("svg", { viewBox: "0 0 36 46", "aria-hidden": "true" },
      svg("path", { d: "M18 45C18 45 33 27 33 17A15 15 0 0 0 3 17C3 27 18 45 18 45Z" }), svg("circle", { cx: 18, cy: 17, r: 5.5 })));
  const marker = new maplibregl.Marker({ element, draggable: true, anchor: "bottom" })
    .setLngLat([location.lon, location.lat]).addTo(map);
  const where = () => {
    const { lng, lat } = marker.getLngLat();
    return { lon: lng, lat };
  };
  marker.on("dragend", () => onMove(where()));
  element.addEventListener("click", (event) => event.stopPropagation());
  element.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // the map would move as well
    const metres = metresAPixel(map) * (event.shiftKey ? STEP.coarse : STEP.fine);
    const to = movedBy(where(), { east: way.east * metres, north: way.north * metres });
    marker.setLngLat([to.lon, to.lat]);
    onMove(to);
  });
  return {
    element,
    get location() { return where(); },
    moveTo: ({ lon, lat }) => marker.setLngLat([lon, lat]),
    remove: () => marker.remove(),
  };
}

function metresAPixel(map) {
  const around = 40_075_017 * Math.cos((map.getCenter().lat * Math.PI) / 180);
  return around / (512 * 2 ** map.getZoom());
}
