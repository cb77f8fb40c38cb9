/** What is drawn over the base map, from below to above, and how focus and hiding change it. */

import { BADGE_SIZES } from "./badges.js";
import { routeMark } from "./features.js";
import { arrowId } from "./icons.js";

/** The layers that answer to a pointer, from above to below. */
export const POINT_LAYERS = ["stops-badge", "stops-dot", "unassigned", "depots"];
/** The layer whose lines answer to a pointer. */
export const LEG_HIT = "legs-casing";

/** What a drawn feature stands for. */
export function thingOf({ properties, layer }) {
  if (layer.id === LEG_HIT) return { kind: "route", route: properties.route };
  if (layer.id === "depots") return { kind: "depot", index: properties.index };
  return { kind: properties.kind, route: properties.route, index: properties.index };
}

const FADED = 0.16;
const byZoom = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
/** A striped line is wider, so that its two edges and its core can be seen. */
const wide = (pixels) => ["+", pixels, ["case", ["get", "striped"], 1.4, 0]];
const WIDTH = byZoom(8, wide(2), 11, wide(2.6), 13, wide(3.6), 15, wide(5), 18, wide(8));
const CASING = byZoom(8, wide(3.4), 11, wide(4.4), 13, wide(6), 15, wide(8), 18, wide(11.5));
const CORE = byZoom(8, 1, 11, 1.4, 13, 1.8, 15, 2.4, 18, 3.4);
/** To the right of the way, so that going and coming back on one road are two lines: zoom, pixels, pixels a lane. */
const RIGHT = [[8, 0.8, 0.8], [11, 1.4, 2.2], [13, 2, 3], [15, 3, 3.5], [18, 5, 4]];
/** Size of an arrowhead at the same zooms. */
const ARROW = [0.45, 0.6, 0.78, 0.95, 1.3];
/** As many as features.js makes. */
const LANES = [0, 1, 2];

/** The layers, each with the filter, paint and layout that depend on what is in focus. */
export function routeLayers(theme, { focused = null, hidden = [] } = {}) {
  const seen = ["!", ["in", ["get", "route"], ["literal", hidden]]];
  const others = (faded) => (focused === null ? 1 : ["case", ["==", ["get", "route"], focused], 1, faded]);
  const strength = others(FADED);
  const line = (id, paint, { filter = seen, opacity = strength } = {}) => ({
    belowLabels: true,
    filter,
    paint: { "line-opacity": opacity, "line-offset": lineOffset(focused) },
    layout: { "line-sort-key": focused === null ? 0 : ["case", ["==", ["get", "route"], focused], 1, 0] },
    layer: {
      id, type: "line", source: "legs",
      layout: { "line-cap": "round", "line-join": "round" },
      paint,
    },
  });
  return [
    ...reach(theme),
    line("legs-casing", { "line-color": theme.casing, "line-width": CASING }, { opacity: others(0) }),
    line("legs-line", { "line-color": ["get", "colour"], "line-width": WIDTH }),
    line("legs-core", { "line-color": theme.casing, "line-width": CORE }, { filter: ["all", seen, ["get", "striped"]] }),
    arrows(theme, seen, others(0), focused),
    unassigned(focused),
    dots(theme, seen, strength),
    badges(focused),
    depots(focused),
    mark("hovered", theme, 0.75),
    mark("picked", theme, 1),
    chosen(),
  ];
}

/** The area that one collector reaches, in the collector's colour; the roads show through. */
function reach(theme) {
  const colour = ["get", theme.name];
  return [
    { belowLabels: true, layer: { id: "reach-area", type: "fill", source: "reach", paint: { "fill-color": colour, "fill-opacity": 0.15, "fill-antialias": false } } },
    { belowLabels: true, layer: { id: "reach-edge", type: "line", source: "reach", layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": 1.6, "line-opacity": 0.75, "line-dasharray": [3, 2] } } },
  ];
}

/** Side by side while all are alike; the one in focus keeps to its road. */
function lineOffset(focused) {
  const lane = focused === null ? ["get", "lane"] : 0;
  return byZoom(...RIGHT.flatMap(([zoom, base, beside]) => [zoom, ["+", base, ["*", beside, lane]]]));
}

/** The same in units of the arrowhead's size, as `icon-offset` counts. */
function arrowOffset(focused) {
  const at = (base, beside, lane, size) => ["literal", [0, (base + beside * lane) / size]];
  return byZoom(...RIGHT.flatMap(([zoom, base, beside], index) => [zoom, focused === null
    ? ["match", ["get", "lane"], ...LANES.slice(1).flatMap((lane) => [lane, at(base, beside, lane, ARROW[index])]), at(base, beside, 0, ARROW[index])]
    : at(base, beside, 0, ARROW[index])]));
}

function arrows(theme, filter, strength, focused) {
  return {
    belowLabels: true,
    filter,
    paint: { "icon-opacity": strength },
    layout: { "icon-offset": arrowOffset(focused) },
    layer: {
      id: "legs-arrow", type: "symbol", source: "legs", minzoom: 9.5,
      layout: {
        "symbol-placement": "line", "symbol-spacing": byZoom(10, 70, 14, 110, 17, 160),
        "icon-image": ["case", ["get", "striped"], ["concat", arrowId(""), ["get", "colour"]], arrowId(theme.badgeInk)],
        "icon-size": byZoom(...RIGHT.flatMap(([zoom], index) => [zoom, ARROW[index]])),
        "icon-overlap": "always", "icon-ignore-placement": true, "icon-padding": 0,
        "icon-rotation-alignment": "map",
      },
    },
  };
}

function depots(focused) {
  const strength = focused === null ? 1 : ["case", ["in", routeMark(focused), ["get", "routes"]], 1, FADED];
  return {
    paint: { "icon-opacity": strength },
    layer: {
      id: "depots", type: "symbol", source: "depots",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": byZoom(8, 0.72, 12, 0.9, 15, 1.05),
        // Above the stops: a number that it would hide has no room, and its dot stands beside the house.
        "icon-overlap": "always",
      },
    },
  };
}

function unassigned(focused) {
  return {
    paint: { "icon-opacity": focused === null ? 1 : 0.35 },
    layer: {
      id: "unassigned", type: "symbol", source: "unassigned",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": byZoom(8, 0.7, 12, 0.95, 15, 1.15),
        "icon-overlap": "always", "icon-ignore-placement": true,
      },
    },
  };
}

function dots(theme, filter, strength) {
  return {
    filter,
    paint: { "circle-opacity": strength, "circle-stroke-opacity": strength },
    layer: {
      id: "stops-dot", type: "circle", source: "stops",
      paint: {
        "circle-color": ["get", "colour"], "circle-radius": byZoom(8, 3, 12, 4.2, 15, 6),
        "circle-stroke-color": theme.casing, "circle-stroke-width": 1.5,
      },
    },
  };
}

/** A badge that has no room is left out: its dot is there. Those of the one in focus have made room for each other. */
function badges(focused) {
  return {
    layout: { "icon-overlap": focused === null ? "never" : "always" },
    layer: {
      id: "stops-badge", type: "symbol", source: "badges",
      layout: {
        "icon-image": ["get", "icon"], "icon-size": byZoom(...BADGE_SIZES.flat()),
        "icon-padding": 0,
        "symbol-sort-key": ["get", "number"],
      },
    },
  };
}

function mark(source, theme, opacity) {
  return {
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
    layer: {
      id: "picked-badge", type: "symbol", source: "picked",
      layout: {
        "icon-image": ["coalesce", ["get", "chosen"], ["get", "icon"]], "icon-overlap": "always",
        "icon-ignore-placement": true,
      },
    },
  };
}
