/** What is drawn over the base map, from below to above, and how focus and hiding change it. */

import { arrowId } from "./icons.js";

/** The layers that answer to a pointer, from above to below. */
export const POINT_LAYERS = ["stops-badge", "stops-dot", "unassigned", "depots"];
/** The layer whose lines answer to a pointer. */
export const LEG_HIT = "legs-casing";

const FADED = 0.16;
const byZoom = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const WIDTH = byZoom(8, 2, 11, 2.6, 13, 3.6, 15, 5, 18, 8);
const CASING = byZoom(8, 3.4, 11, 4.4, 13, 6, 15, 8, 18, 11.5);
const CORE = byZoom(8, 0.7, 11, 0.9, 13, 1.3, 15, 2, 18, 3);
/** To the right of the way, so that going and coming back on one road are two lines. */
const right = (base, lane) => ["+", base, ["*", lane, ["get", "lane"]]];
const OFFSET = byZoom(8, right(0.8, 0.8), 11, right(1.4, 2.2), 13, right(2, 3), 15, right(3, 3.5), 18, right(5, 4));

/** The layers with their filter and the paint that depends on what is in focus. */
export function routeLayers(theme, focused = null, hidden = []) {
  const seen = ["!", ["in", ["get", "route"], ["literal", hidden]]];
  const strength = focused === null ? 1 : ["case", ["==", ["get", "route"], focused], 1, FADED];
  const line = (id, paint, filter = seen) => ({
    belowLabels: true,
    filter,
    opacity: { "line-opacity": strength },
    layer: {
      id, type: "line", source: "legs",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-offset": OFFSET, ...paint },
    },
  });
  return [
    line("legs-casing", { "line-color": theme.casing, "line-width": CASING }),
    line("legs-line", { "line-color": ["get", "colour"], "line-width": WIDTH }),
    line("legs-core", { "line-color": theme.casing, "line-width": CORE }, ["all", seen, ["get", "striped"]]),
    arrows(theme, seen, strength),
    depots(focused),
    unassigned(focused),
    dots(theme, seen, strength),
    badges(seen, focused),
    mark("hovered", theme, 0.75),
    mark("picked", theme, 1),
    chosen(),
  ];
}

function arrows(theme, filter, strength) {
  return {
    belowLabels: true,
    filter,
    opacity: { "icon-opacity": strength },
    layer: {
      id: "legs-arrow", type: "symbol", source: "legs", minzoom: 9.5,
      layout: {
        "symbol-placement": "line", "symbol-spacing": byZoom(10, 70, 14, 110, 17, 160),
        "icon-image": arrowId(theme.badgeInk), "icon-size": byZoom(9, 0.5, 12, 0.72, 15, 0.95, 18, 1.3),
        "icon-overlap": "always", "icon-ignore-placement": true, "icon-padding": 0,
        "icon-offset": byZoom(8, ["literal", [0, 1.6]], 12, ["literal", [0, 2.5]], 15, ["literal", [0, 3.1]], 18, ["literal", [0, 3.8]]),
        "icon-rotation-alignment": "map",
      },
      paint: {},
    },
  };
}

function depots(focused) {
  const strength = focused === null ? 1 : ["case", ["in", focused, ["get", "routes"]], 1, FADED];
  return {
    opacity: { "icon-opacity": strength },
    layer: {
      id: "depots", type: "symbol", source: "depots",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": byZoom(8, 0.72, 12, 0.9, 15, 1.05),
        "icon-overlap": "always",
      },
      paint: {},
    },
  };
}

function unassigned(focused) {
  return {
    opacity: { "icon-opacity": focused === null ? 1 : 0.35 },
    layer: {
      id: "unassigned", type: "symbol", source: "unassigned",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": byZoom(8, 0.7, 12, 0.95, 15, 1.15),
        "icon-overlap": "always", "icon-ignore-placement": true,
      },
      paint: {},
    },
  };
}

function dots(theme, filter, strength) {
  return {
    filter,
    opacity: { "circle-opacity": strength, "circle-stroke-opacity": strength },
    layer: {
      id: "stops-dot", type: "circle", source: "stops",
      paint: {
        "circle-color": ["get", "colour"], "circle-radius": byZoom(8, 3, 12, 4.2, 15, 6),
        "circle-stroke-color": theme.casing, "circle-stroke-width": 1.5,
      },
    },
  };
}

function badges(seen, focused) {
  return {
    filter: focused === null ? seen : ["all", seen, ["==", ["get", "route"], focused]],
    opacity: {},
    layer: {
      id: "stops-badge", type: "symbol", source: "stops",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": byZoom(8, 0.82, 12, 0.96, 15, 1.16, 18, 1.3),
        "icon-offset": ["get", "offset"], "icon-overlap": "never", "icon-padding": 0,
        "symbol-sort-key": ["get", "number"],
      },
      paint: {},
    },
  };
}

function mark(source, theme, opacity) {
  return {
    opacity: {},
    layer: {
      id: source, type: "circle", source,
      paint: {
        "circle-radius": 19, "circle-color": theme.ink, "circle-opacity": 0.14 * opacity,
        "circle-stroke-color": theme.ink, "circle-stroke-width": 2, "circle-stroke-opacity": opacity,
      },
    },
  };
}

function chosen() {
  return {
    opacity: {},
    layer: {
      id: "picked-badge", type: "symbol", source: "picked",
      layout: {
        "icon-image": ["coalesce", ["get", "chosen"], ["get", "icon"]], "icon-overlap": "always",
        "icon-ignore-placement": true,
      },
      paint: {},
    },
  };
}
