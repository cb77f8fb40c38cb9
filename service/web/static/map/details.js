/** What a popup says of a stop, of a case without a route, or of the place where days start and end. */

import { h, paint } from "./dom.js";
import { clock, distance, duration, t, tOr } from "./text.js";

/** The content of the popup of a thing on the map. */
export function popupContent(plan, thing, places) {
  if (thing.kind === "stop") return stopPopup(plan.collectors[thing.route], thing.index);
  if (thing.kind === "unassigned") return unassignedPopup(plan.unassigned[thing.index]);
  return depotPopup(plan, places[thing.index].properties);
}

/** Title and next step of a reason, in the reader's words where the catalogue knows it. */
export function reasonTexts(reason) {
  return {
    title: tOr(`reason.${reason.code}.title`, reason.title),
    todo: tOr(`reason.${reason.code}.todo`, reason.detail),
  };
}

function stopPopup(one, index) {
  const stop = one.stops[index];
  const row = (label, ...values) => [h("dt", {}, t(label)), h("dd", {}, values)];
  return paint(h("div.popup", {},
    h("p.popup-over", {}, t("stop.of", { number: stop.number, collector: one.collector })),
    h("p.popup-title", {}, stop.case),
    h("dl", {},
      row("stop.arrival", clock(stop.arrival)),
      stop.waiting_s > 0 ? row("stop.wait", duration(stop.waiting_s)) : null,
      row("stop.service", duration(stop.service_s)),
      row("stop.departure", clock(stop.departure)),
      row("stop.way", distance(stop.leg.length_m), " · ", duration(stop.leg.travel_s)),
    ),
    h("p.popup-foot", {}, stop.mandatory ? `${t("stop.mandatory_title")} · ` : null, t("stop.priority", { priority: stop.priority })),
  ), one.style);
}

function unassignedPopup(one) {
  const { title, todo } = reasonTexts(one.reason);
  return h("div.popup", {},
    h("p.popup-over", {}, t("unassigned.title")),
    h("p.popup-title", {}, one.case),
    h("p.popup-reason", {}, title),
    h("p", {}, todo),
  );
}

function depotPopup(plan, { starts, ends }) {
  const both = starts.filter((route) => ends.includes(route));
  const group = (label, routes) => (routes.length
    ? [h("dt", {}, t(label)), h("dd", {}, routes.map((route) => plan.collectors[route].collector).join(", "))]
    : null);
  return h("div.popup", {}, h("dl.depot-list", {},
    group("depot.both", both),
    group("depot.start", starts.filter((route) => !both.includes(route))),
    group("depot.end", ends.filter((route) => !both.includes(route))),
  ));
}
