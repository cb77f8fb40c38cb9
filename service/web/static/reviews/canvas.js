/** The map of a review: its places as lettered buttons, the doubt about one of them, and the pin that can be moved. */

import * as maplibregl from "../vendor/maplibre-gl.mjs";
import { basemapStyle, FIRST_LABEL } from "../basemap.js";
import { boundsOf } from "../map/features.js";
import { framedMap, WORLD } from "../map/frame.js";
import { page, t } from "../map/text.js";
import { currentTheme } from "../map/theme.js";
import { tileProtocol } from "../map/tiles.js";
import { makePin } from "./pin.js";
import { circleAround, placesOf } from "./places.js";
import { h } from "../map/dom.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const NEAR_ZOOM = 16.5;
const lngLat = ({ lon, lat }) => [lon, lat];

/**
 * Draws one review at a time.
 *
 * `onChoose` is told the place whose letter was pressed, `onMove` where the pin is now, {lon, lat}.
 * `padding` says how much of the map is covered, in pixels a side.
 */
export class ReviewMap {
  #map;
  #area = null;
  #theme = currentTheme();
  #marks = [];
  #pin = null;
  #doubt = NOTHING;
  #review = null;
  #padding;
  #onChoose;
  #onMove;

  constructor(container, { padding, onChoose, onMove }) {
    this.#padding = padding;
    this.#onChoose = onChoose;
    this.#onMove = onMove;
    const [area] = Object.values(page.areas);
    this.#useTiles(area ?? null);
    const view = { style: (theme) => this.#styleOf(theme), draw: () => this.#draw(), fit: () => this.fit() };
    this.#map = framedMap(container, view, {
      style: this.#style(),
      bounds: area?.bounds ?? WORLD,
      fitBoundsOptions: { padding: padding() },
      maxZoom: 19,
      words: { "Map.Title": t("review.map"), "Marker.Title": t("review.pin") },
    });
    container.routeMap = this;
    this.#map.on("click", (event) => {
      if (this.#review) this.movePin({ lon: event.lngLat.lng, lat: event.lngLat.lat });
    });
  }

  /** The MapLibre map, for tests. */
  get map() {
    return this.#map;
  }

  /** Show a review with its pin, or nothing with null. */
  show(review) {
    this.#review = review;
    for (const mark of this.#marks) mark.remove();
    this.#pin?.remove();
    this.#marks = [];
    this.#pin = null;
    this.doubt(null);
    if (review === null) return;
    const area = page.areas[review.area] ?? null;
    if (area !== this.#area) {
      this.#useTiles(area);
      this.#map.setStyle(this.#style(), { diff: false });
    }
    this.#marks = placesOf(review).map((place) => this.#mark(place));
    const [first] = placesOf(review);
    const at = review.pin?.location ?? first?.location ?? null;
    if (at) this.#addPin(at);
    this.doubt(first ?? null);
    this.fit({ animate: false });
  }

  /** Put the pin somewhere, as if it had been dragged there. */
  movePin(location) {
    if (this.#pin) this.#pin.moveTo(location);
    else this.#addPin(location);
    this.#onMove(location);
  }

  /** Put the pin into the middle of what is seen of the map. */
  pinAtCentre() {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const { top, right, bottom, left } = this.#padding();
    const { lng, lat } = this.#map.unproject([(left + clientWidth - right) / 2, (top + clientHeight - bottom) / 2]);
    this.movePin({ lon: lng, lat });
  }

  /** Bring a place forward, and go where it is. */
  choose(place) {
    for (const { element, letter } of this.#marks) element.setAttribute("aria-pressed", String(letter === place.letter));
    this.doubt(place);
    const bounds = boundsOf(circleAround(place.location, Math.max(place.uncertainty_m, 40)).geometry.coordinates[0]);
    this.#map.fitBounds(bounds, { padding: this.#padding(), maxZoom: NEAR_ZOOM, duration: 600 });
  }

  /** Show how far from a place the door may be; null takes it away. */
  doubt(place) {
    this.#doubt = place ? { type: "FeatureCollection", features: [circleAround(place.location, place.uncertainty_m)] } : NOTHING;
    this.#map.getSource("doubt")?.setData(this.#doubt);
  }

  /** Show all places and the pin; the whole area where there are none. */
  fit({ animate = true } = {}) {
    const duration = animate ? 600 : 0;
    const positions = [
      ...(this.#review ? placesOf(this.#review).map((place) => lngLat(place.location)) : []),
      ...(this.#pin ? [lngLat(this.#pin.location)] : []),
      ...this.#doubt.features.flatMap((feature) => feature.geometry.coordinates[0]),
    ];
    const bounds = boundsOf(positions) ?? this.#area?.bounds ?? WORLD;
    this.#map.fitBounds(bounds, { padding: this.#padding(), maxZoom: NEAR_ZOOM, duration });
  }

  #addPin(location) {
    this.#pin = makePin(this.#map, location, { onMove: this.#onMove });
  }

  #mark(place) {
    const element = h("button.place-mark", {
      type: "button", "aria-pressed": "false", title: place.label ?? t("review.place.unnamed"),
      "aria-label": t("review.place.mark", { letter: place.letter, label: place.label ?? t("review.place.unnamed") }),
      onclick: (event) => {
        event.stopPropagation(); // it is no click on the map, which sets the pin
        this.#onChoose(place);
      },
    }, place.letter);
    // Below its point, so that the pin above it hides no letter.
    const marker = new maplibregl.Marker({ element, anchor: "top", offset: [0, 3] }).setLngLat(lngLat(place.location)).addTo(this.#map);
    return { element, letter: place.letter, remove: () => marker.remove() };
  }

  #useTiles(area) {
    this.#area = area;
    if (area?.tiles_url) maplibregl.addProtocol("pmtiles", tileProtocol(area.tiles_url));
  }

  #styleOf(theme) {
    this.#theme = theme;
    return this.#style();
  }

  #style() {
    const dark = this.#theme.name === "dark";
    if (this.#area?.tiles_url) return basemapStyle({ tilesUrl: this.#area.tiles_url, attribution: this.#area.attribution, dark });
    return {
      version: 8, sources: {},
      layers: [{ id: "land", type: "background", paint: { "background-color": this.#theme.land } }],
    };
  }

  #draw() {
    this.#map.addSource("doubt", { type: "geojson", data: this.#doubt });
    const below = this.#map.getLayer(FIRST_LABEL) ? FIRST_LABEL : undefined;
    const colour = this.#theme.name === "dark" ? "#82b1ff" : "#2358ca";
    this.#map.addLayer({ id: "doubt-area", type: "fill", source: "doubt", paint: { "fill-color": colour, "fill-opacity": 0.12 } }, below);
    this.#map.addLayer({ id: "doubt-edge", type: "line", source: "doubt", paint: { "line-color": colour, "line-width": 1.5, "line-dasharray": [3, 2] } }, below);
  }
}
