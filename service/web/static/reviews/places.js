/** The places that a review offers, and how far they are from each other. */

import { t } from "../map/text.js";

const METRES_A_DEGREE = 111_195;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Every place of a review, the answer's own first.
 *
 * @returns {Array} {letter, alternative (null for the answer's own), label, location, level, uncertainty_m, confidence, reasons}
 */
export function placesOf({ answer, source }) {
  const own = answer.location === null ? [] : [{
    alternative: null, label: source === "gps" ? t("review.place.visit") : answer.label, location: answer.location, level: answer.location_level,
    uncertainty_m: answer.uncertainty_m, confidence: answer.confidence, reasons: [],
  }];
  const others = answer.alternatives.map((one, alternative) => ({ ...one, alternative }));
  return [...own, ...others].map((place, index) => ({ ...place, letter: LETTERS[index] ?? String(index + 1) }));
}

/** Metres between two locations. */
export function metresBetween(a, b) {
  const north = (a.lat - b.lat) * METRES_A_DEGREE;
  const east = (a.lon - b.lon) * METRES_A_DEGREE * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.round(Math.hypot(north, east));
}

/** The location so many metres to the east and to the north. */
export function movedBy({ lon, lat }, { east, north }) {
  return {
    lat: lat + north / METRES_A_DEGREE,
    lon: lon + east / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180)),
  };
}

/** A circle of a radius in metres, as a GeoJSON feature. */
export function circleAround(location, radius) {
  const steps = 72;
  const ring = Array.from({ length: steps + 1 }, (_, step) => {
    const angle = (2 * Math.PI * step) / steps;
    const { lon, lat } = movedBy(location, { east: radius * Math.cos(angle), north: radius * Math.sin(angle) });
    return [lon, lat];
  });
  return { type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties: {} };
}
