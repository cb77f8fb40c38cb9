/** What the signs on the map mean. */

import { h, paint, svg } from "./dom.js";
import { depotIcon } from "./pictures.js";
import { t } from "./text.js";

/** The map's key in the colours of one collector; null where no route is. */
export function mapKey(plan) {
  const [one] = plan.collectors.filter((collector) => collector.stops.length);
  if (!one) return null;
  const line = (picture, key) => h("li", {}, picture, h("span", {}, t(key)));
  return h("details.block.key", { open: true }, h("summary", {}, t("key.title")), paint(h("ul", {},
    line(h("span.badge", { "aria-hidden": "true" }, "3"), "key.stop"),
    line(h("span.badge", { "aria-hidden": "true" }, "4–6"), "key.several"),
    line(h("span.dot", { "aria-hidden": "true" }), "key.more"),
    line(depotIcon(), "key.depot"),
    line(svg("svg.arrow", { viewBox: "0 0 28 10", "aria-hidden": "true" }, svg("path.swatch-line", { d: "M2 5H26" }), svg("path.tip", { d: "m12 2.6 3 2.4-3 2.4" })), "key.direction"),
    plan.unassigned.length ? line(h("span.cross", { "aria-hidden": "true" }, "×"), "key.unassigned") : null), one.style));
}
