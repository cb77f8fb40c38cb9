/** What machine-readable words of an answer mean to a planner. */

import { dateText, distanceText, t, tOr } from "../map/text.js";

/** A reason of doubt; an unknown one as it is. */
export const doubtText = (code) => tOr(`doubt.${code}`, code.replaceAll("_", " "));

/** How precisely a place is located. */
export const levelText = (level) => t(`level.${level}`);

/** "about 80 %" of a confidence from 0 to 1. */
export const confidenceText = (confidence) => t("review.confidence", { percent: Math.round(confidence * 100) });

/** What became of a review. */
export const statusText = (status) => t(`review.status.${status}`);

/** The reader's day of an instant. */
export const dayText = (instant) => dateText(new Date(instant).toLocaleDateString("sv"));

/** "house number · within 20 m · about 80 %". */
export function placeText(place) {
  return t("review.place.facts", {
    level: levelText(place.level), radius: distanceText(place.uncertainty_m), confidence: confidenceText(place.confidence),
  });
}
