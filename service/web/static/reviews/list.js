/** The list of reviews: one button an address. */

import { h } from "../map/dom.js";
import { emptyList, moreButton } from "../map/lists.js";
import { t } from "../map/text.js";
import { dayText, doubtText, statusText } from "./words.js";

/** How many reasons of a review the list tells. */
const REASONS = 2;

/**
 * The list's element.
 *
 * @param {object} state {reviews, next, filter, areas}: `areas` says how many areas there are; with one it goes without saying.
 * @param {object} told {onOpen(review), onMore()}
 */
export function reviewList({ reviews, next, filter, areas }, { onOpen, onMore }) {
  if (!reviews.length) return empty(filter);
  return h("div", {},
    h("ul.reviews", { id: "reviews" }, reviews.map((review) => h("li", {}, row(review, areas, onOpen)))),
    next ? moreButton(onMore) : null);
}

function row(review, areas, onOpen) {
  const { answer } = review;
  const reasons = answer.reasons.slice(0, REASONS).map(doubtText).join(" · ");
  const facts = [areas > 1 ? review.area : null, dayText(review.asked_at)].filter(Boolean).join(" · ");
  return h("button.review", { type: "button", "data-review": review.id, onclick: () => onOpen(review) },
    h("span.review-address", {}, review.address),
    h("span.review-why", {}, review.status === "open" ? reasons || t(`review.answer.${answer.status}`) : statusText(review.status)),
    h("span.review-facts", {}, facts),
    h("span.review-mark", { "data-answer": review.status === "open" ? answer.status : review.status, "aria-hidden": "true" }));
}

const empty = (filter) => emptyList(t(`review.empty.${filter}.title`), t(`review.empty.${filter}.text`), { done: true });
