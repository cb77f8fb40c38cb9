/** The map itself: base map, routes, stops, and what the reader points at. It knows nothing of the list. */

import * as maplibregl from "../vendor/maplibre-gl.mjs";
import { basemapStyle, FIRST_LABEL } from "../basemap.js";
import { badgeFeatures, doorsOf, markedStops, stopMark, stopsAtDoorOf } from "./badges.js";
import { boundsOf, depotFeatures, legFeatures, positionsOf, positionsOfPlan, stopFeatures, unassignedFeatures } from "./features.js";
import { framedMap, WORLD } from "./frame.js";
import { routeLayers, LEG_HIT, POINT_LAYERS, thingOf } from "./layers.js";
import { t } from "./text.js";
import { currentTheme } from "./theme.js";
import { tileProtocol } from "./tiles.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const NEAR_ZOOM = 14;
/** While the zoom changes, badges are placed anew at so many zooms between two whole ones. */
const ZOOM_STEPS = 4;
/** Pixels by which what lies below must be nearer to the pointer. */
const CLEARLY = 3;

const collection = (feature) => (feature ? { type: "FeatureCollection", features: [feature] } : NOTHING);

/** Whether this browser can draw it. */
export function canDraw() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/**
 * Draws one plan.
 *
 * `onPick` and `onHover` are told {kind, route, index} of the stop, case, depot or route under the pointer, or null.
 * `padding` says how much of the map is covered, in pixels a side; `popupContent` makes the element of a thing,
 * told which stops are at its door.
 */
export class RouteMap {
  #map;
  #plan;
  #doors;
  #theme = currentTheme();
  #focused = null;
  #hidden = new Set();
  #popup = null;
  #reach = NOTHING;
  #badgeZoom = null;
  #padding;
  #popupContent;

  constructor(container, plan, { padding, onPick, onHover, popupContent }) {
    this.#plan = plan;
    this.#doors = doorsOf(plan);
    this.#padding = padding;
    this.#popupContent = popupContent;
    if (plan.tiles_url) maplibregl.addProtocol("pmtiles", tileProtocol(plan.tiles_url));
    if (plan.collectors.length === 1) this.#focused = 0;
    const view = { style: (theme) => this.#styleOf(theme), draw: () => this.#draw(), fit: () => this.fit() };
    this.#map = framedMap(container, view, {
      style: this.#style(),
      bounds: boundsOf(positionsOfPlan(plan)) ?? WORLD,
      fitBoundsOptions: { padding: padding(), maxZoom: 15 },
      maxZoom: 18.5,
      words: { "Map.Title": t("map.label"), "Popup.Close": t("map.close") },
    });
    container.routeMap = this;
    this.#listen(onPick, onHover);
  }

  /** The MapLibre map, for tests. */
  get map() {
    return this.#map;
  }

  /** Bring one collector forward, or all alike again with null. */
  focus(route) {
    this.#focused = route ?? (this.#plan.collectors.length === 1 ? 0 : null);
    this.unpick();
    this.#restyle();
    this.fit();
  }

  /** Leave out collectors by their indices. */
  hide(routes) {
    this.#hidden = new Set(routes);
    this.#restyle();
  }

  /** Show all that is in focus. */
  fit() {
    const one = this.#focused === null ? null : this.#plan.collectors[this.#focused];
    const bounds = boundsOf(one ? positionsOf(one) : positionsOfPlan(this.#plan));
    if (bounds) this.#map.fitBounds(bounds, { padding: this.#padding(), maxZoom: 15.5, duration: 700 });
  }

  /** Show an area under the routes, with the colours `light` and `dark`, and go where all of it is seen; null takes it away. */
  reach(feature) {
    this.#reach = collection(feature);
    this.#map.getSource("reach")?.setData(this.#reach);
    const bounds = feature && boundsOf(feature.geometry.coordinates.flat(2));
    if (bounds) this.#map.fitBounds(bounds, { padding: this.#padding(), maxZoom: 15.5, duration: 700 });
  }

  /** Mark a thing lightly, or nothing with null. */
  hover(thing) {
    this.#set("hovered", this.#pointOf(thing));
  }

  /** Choose a thing: mark it, go near when it is far, and open its popup. */
  pick(thing, { move = true } = {}) {
    const point = this.#pointOf(thing);
    this.unpick();
    if (!point) return;
    this.#mark(point);
    const center = point.geometry.coordinates;
    if (move) {
      const zoom = Math.max(this.#map.getZoom(), NEAR_ZOOM);
      this.#map.easeTo({ center, zoom, padding: this.#padding({ popup: true }), duration: 600, retainPadding: false });
    }
    this.#popup = new maplibregl.Popup({ offset: 20, maxWidth: "280px", closeOnClick: false, focusAfterOpen: false })
      .setLngLat(center).setDOMContent(this.#popupContent(thing, stopsAtDoorOf(this.#doors, thing))).addTo(this.#map);
    this.#popup.on("close", () => this.#mark(null));
  }

  /** Choose nothing. */
  unpick() {
    this.#popup?.remove();
    this.#popup = null;
    this.#mark(null);
  }

  /** Show a chosen feature in place of the badge of its door. */
  #mark(feature) {
    this.#set("picked", feature);
    if (!this.#map.getLayer("stops-badge")) return;
    const covered = feature?.properties.kind === "stop" ? ["in", stopMark(feature.properties), ["get", "stops"]] : false;
    this.#map.setFilter("stops-badge", ["any", ["get", "spread"], ["!", covered]]);
  }

  #styleOf(theme) {
    this.#theme = theme;
    return this.#style();
  }

  #style() {
    const { tiles_url: tilesUrl, attribution } = this.#plan;
    const dark = this.#theme.name === "dark";
    if (tilesUrl) return basemapStyle({ tilesUrl, attribution, dark });
    return {
      version: 8, sources: {},
      layers: [{ id: "land", type: "background", paint: { "background-color": this.#theme.land } }],
    };
  }

  #draw() {
    const data = {
      legs: legFeatures(this.#plan, this.#theme), stops: stopFeatures(this.#plan, this.#theme),
      depots: depotFeatures(this.#plan, this.#theme), unassigned: unassignedFeatures(this.#plan, this.#theme),
      badges: NOTHING, hovered: NOTHING, picked: NOTHING, reach: this.#reach,
    };
    for (const [id, features] of Object.entries(data)) {
      this.#map.addSource(id, { type: "geojson", data: features, ...(id === "legs" ? { tolerance: 0.2 } : {}) });
    }
    for (const { layer, belowLabels } of routeLayers(this.#theme)) {
      this.#map.addLayer(layer, belowLabels && this.#map.getLayer(FIRST_LABEL) ? FIRST_LABEL : undefined);
    }
    this.#restyle();
  }

  #restyle() {
    if (!this.#map.getLayer("legs-line")) return;
    const focused = this.#focused;
    const state = { focused, hidden: [...this.#hidden] };
    for (const { layer, filter, paint, layout } of routeLayers(this.#theme, state)) {
      if (filter) this.#map.setFilter(layer.id, filter);
      for (const [name, value] of Object.entries(paint ?? {})) this.#map.setPaintProperty(layer.id, name, value);
      for (const [name, value] of Object.entries(layout ?? {})) this.#map.setLayoutProperty(layer.id, name, value);
    }
    this.#placeBadges();
  }

  /** The badges of this zoom or of a little less, so that they never cover each other. */
  #placeBadges(zoom = this.#map.getZoom()) {
    this.#badgeZoom = zoom;
    this.#map.getSource("badges")?.setData(badgeFeatures(this.#plan, this.#theme, this.#doors, {
      focused: this.#focused, hidden: this.#hidden, zoom,
    }));
  }

  /** Place badges anew where the zoom has left those that are shown; at rest they are of just this zoom. */
  #followZoom({ still }) {
    if (this.#focused === null) return;
    const above = this.#map.getZoom() - this.#badgeZoom;
    if (still && above !== 0) this.#placeBadges();
    else if (above < 0 || above >= 1 / ZOOM_STEPS) this.#placeBadges(Math.floor(this.#map.getZoom() * ZOOM_STEPS) / ZOOM_STEPS);
  }

  /** Go so near to the stops of a badge that each door has its own. */
  #spread({ properties }) {
    const positions = markedStops(properties.stops)
      .map(([route, index]) => this.#plan.collectors[route].stops[index].location).map(({ lon, lat }) => [lon, lat]);
    this.#map.fitBounds(boundsOf(positions), { padding: this.#padding(), maxZoom: this.#map.getMaxZoom(), duration: 500 });
  }

  #pointOf(thing) {
    if (!thing) return null;
    const features = {
      stop: stopFeatures, unassigned: unassignedFeatures, depot: depotFeatures,
    }[thing.kind](this.#plan, this.#theme).features;
    if (thing.kind === "depot") return features[thing.index];
    return features.find(({ properties: p }) => p.index === thing.index && (thing.kind !== "stop" || p.route === thing.route));
  }

  #set(source, feature) {
    this.#map.getSource(source)?.setData(collection(feature));
  }

  /** The nearest of some features, from above to below; one below must be clearly nearer, and one in focus goes first. */
  #nearest(features, { x, y }) {
    const strong = features.filter(({ properties }) => properties.route === this.#focused);
    const away = ({ geometry }) => {
      const point = this.#map.project(geometry.coordinates);
      return Math.hypot(point.x - x, point.y - y);
    };
    return (strong.length ? strong : features).reduce((best, one) => (away(one) + CLEARLY < away(best) ? one : best));
  }

  #listen(onPick, onHover) {
    const under = (event) => {
      const around = 6;
      const box = [[event.point.x - around, event.point.y - around], [event.point.x + around, event.point.y + around]];
      const points = this.#map.queryRenderedFeatures(box, { layers: POINT_LAYERS.filter((id) => this.#map.getLayer(id)) });
      if (points.length) return this.#nearest(points, event.point);
      const legs = this.#map.queryRenderedFeatures(box, { layers: [LEG_HIT].filter((id) => this.#map.getLayer(id)) });
      return legs[0] ?? null;
    };
    this.#map.on("click", (event) => {
      const feature = under(event);
      if (feature?.properties.spread) this.#spread(feature);
      else onPick(feature && thingOf(feature));
    });
    this.#map.on("mousemove", (event) => {
      const feature = under(event);
      const thing = feature && thingOf(feature);
      this.#map.getCanvas().style.cursor = thing ? "pointer" : "";
      onHover(thing);
    });
    this.#map.on("mouseout", () => onHover(null));
    this.#map.on("zoom", () => this.#followZoom({ still: false }));
    this.#map.on("zoomend", () => this.#followZoom({ still: true }));
  }
}
