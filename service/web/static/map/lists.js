/** What the pages with a list share: none at all, and its end. */

import { h, svg } from "./dom.js";
import { t } from "./text.js";

/** Says that nothing is in the list, and why or what to do; `done` is praise. */
export function emptyList(title, text, { done = false } = {}) {
  const marks = done
    ? [svg("circle.art-done", { cx: 46, cy: 20, r: 9 }), svg("path.art-mark", { d: "m41.5 20 3.2 3.4 6-6.6" })]
    : [[8, 54], [46, 20], [88, 44]].map(([cx, cy]) => svg("circle.art-none", { cx, cy, r: 5 }));
  return h("div.empty.empty-list", { id: "empty" },
    svg("svg.message-art", { viewBox: "0 0 96 64", "aria-hidden": "true" },
      svg("path.art-road", { d: "M8 54 C 28 54 26 20 46 20 S 66 44 88 44" }), marks),
    h("h2", {}, title), h("p", {}, text));
}

/** Asks for the next page. */
export const moreButton = (onMore) => h("button.more", { type: "button", id: "more", onclick: onMore }, t("review.more"));

/** Show which of the filters is on. */
export function pressFilter(filter) {
  for (const button of document.querySelectorAll(".filter")) button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
}
