/** What is to be known of a whole plan: other roads on that day, what the search began from, and how good it is. */

import { h } from "./dom.js";
import { t, tOr } from "./text.js";

/** The notes under the totals; none on an ordinary day. */
export function planNotes(plan) {
  return [...roadNotes(plan.roads), ...startNotes(plan.start), boundNote(plan.gap_percent)].filter(Boolean);
}

function roadNotes(roads) {
  if (!roads) return [];
  const said = [
    roads.season && t("roads.season", { season: tOr(`season.${roads.season}`, roads.season) }),
    roads.closed && t("roads.closed", { number: roads.closed }),
    roads.observed && t("roads.observed", { number: roads.observed }),
  ].filter(Boolean).join(" · ");
  return [
    said && h("p.plan-note", {}, said),
    roads.unknown && h("p.plan-note.warn", {}, t("roads.unknown", { number: roads.unknown })),
  ];
}

/** Names are told, as the planner may have expected these cases to be there. */
function startNotes(start) {
  if (!start) return [];
  const gone = [...start.unknown_cases, ...start.unknown_collectors];
  return [
    h("p.plan-note", {}, t(start.plan ? "start.plan" : "start.routes")),
    gone.length && h("p.plan-note.warn", {}, t("start.unknown", { names: gone.join(", ") })),
  ];
}

/** Where nobody asked, nothing is said. */
function boundNote(percent) {
  if (percent === null) return null;
  const said = percent === 0 ? t("bound.best") : percent < 100 ? t("bound.gap", { percent }) : t("bound.unknown");
  return h("p.plan-note", { id: "bound-note" }, said);
}
