/** Reading and deciding reviews over HTTP. No address of a person is ever part of an address of a request. */

import { ask, read } from "../map/ask.js";
import { dataUrl } from "../map/text.js";

const PAGE = 50;
/** Statuses of each filter. */
const STATUSES = { open: ["open"], decided: ["accepted", "moved", "rejected", "resolved"] };

/** The first page of a filter's reviews, or the one that `next` names: {reviews, next}; null when nothing answers. */
export async function listReviews(filter, next = null) {
  const query = new URLSearchParams({ limit: PAGE });
  for (const status of STATUSES[filter]) query.append("status", status);
  const { status, data } = await read(next ?? `${dataUrl}?${query}`);
  return status === 200 ? data : null;
}

/** One review as it is now; "gone" when there is none, null when nothing answers. */
export async function getReview(id) {
  const { status, data } = await read(`${dataUrl}/${encodeURIComponent(id)}`);
  if (status === 404 || status === 422) return "gone";
  return status === 200 ? data : null;
}

/**
 * Send a decision: "accept" with {alternative}, "move" with {location}, or "reject".
 *
 * @returns {object} {outcome, review?, detail?}: "decided", "changed" when somebody else was faster,
 *   "refused" with the rule, "signed_out", or "unanswered"; after these two it is safe to send it again.
 */
export async function decide(review, decision, body = null) {
  const { status, data } = await ask("POST", review.links[decision], { body, version: review.version });
  if (status === 200) return { outcome: "decided", review: data };
  if (status === 412 || status === 404) return { outcome: "changed" };
  if (status === 422) return { outcome: "refused", detail: data?.errors?.[0]?.code ?? "" };
  return { outcome: status === 401 ? "signed_out" : "unanswered" };
}
