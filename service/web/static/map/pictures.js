/** Small pictures of the list. */

import { h, svg } from "./dom.js";
import { tOr } from "./text.js";

const VEHICLES = {
  car: "M2.5 12.5v-3l1.8-.8 2-3.2h6.4l2.6 3.2 2.2.8v3h-1.6M12 12.5H7.6M4.2 12.5H2.5M5.9 10.9a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2ZM14 10.9a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2Z",
  motorcycle: "M4.6 9.8a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2ZM15.4 9.8a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2ZM4.6 12.4l3-4.2h4.6l3.2 4.2M3 7.2h3.2l2 1M12.4 8.2l-1.3-3H9.4M12.4 8.2h2.4",
  foot: "M11 2.3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM6.9 10.9l1-2.8 3-1.1 1.6 2.6 2.4.9M10.9 7l-1.2 4.7 2.2 2.2.8 3.6M9.7 11.7l-.8 2.6-2.2 3.2",
};
/** A steering wheel: any other vehicle. */
const OTHER = "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM10 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM3.7 9h4.9M11.4 9h4.9M10 11.5v5";

/** A vehicle as a picture; one of a branch's own has a neutral picture and its name. */
export function vehicleMark(vehicle) {
  const known = VEHICLES[vehicle];
  const picture = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: known ?? OTHER }));
  const name = tOr(`vehicle.${vehicle}`, vehicle);
  return known
    ? h("span.vehicle", { title: name }, picture, h("span.visually-hidden", {}, name))
    : h("span.vehicle.vehicle-own", {}, picture, name);
}

/** A piece of a collector's line. */
export function swatch() {
  return svg("svg.swatch", { viewBox: "0 0 28 16", "aria-hidden": "true" },
    svg("path.swatch-line", { d: "M3 12 C 10 12 11 4 18 4 H 25" }), svg("path.swatch-core", { d: "M3 12 C 10 12 11 4 18 4 H 25" }));
}

/** Points down at what can be opened. */
export const chevron = () => svg("svg.chevron", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: "m4 6 4 4 4-4" }));

/** For showing and hiding on the map. */
export function eyeIcon() {
  return svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" },
    svg("path", { d: "M2 10 C 4.5 5.6 7 4.4 10 4.4 S 15.5 5.6 18 10 C 15.5 14.4 13 15.6 10 15.6 S 4.5 14.4 2 10 Z" }),
    svg("circle", { cx: 10, cy: 10, r: 2.6 }), svg("path.slash", { d: "M4 16.5 16 3.5" }));
}

/** Where a day starts or ends, as on the map. */
export function depotIcon() {
  return svg("svg.depot-icon", { viewBox: "0 0 20 20", "aria-hidden": "true" },
    svg("rect", { x: 1, y: 1, width: 18, height: 18, rx: 5 }),
    svg("path", { d: "m10 4.5 6 5h-1.6V15h-3v-3.2H8.6V15h-3V9.5H4z" }));
}

/** A rest: a cup, on the line of the day. */
export function restIcon() {
  return svg("svg.rest-icon", { viewBox: "0 0 20 20", "aria-hidden": "true" },
    svg("rect.back", { x: 0, y: 0, width: 20, height: 20 }),
    svg("path", { d: "M4 8h10v4.5a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4ZM14 9.2h1.4a1.9 1.9 0 0 1 0 3.8H14M7 5.4c0-1 .9-1 .9-2.2M10.2 5.4c0-1 .9-1 .9-2.2" }));
}
