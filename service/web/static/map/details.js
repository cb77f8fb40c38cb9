/** What a popup says of a stop, of a case without a route, or of the place where days start and end. */

import { doubts } from "./day.js";
import { h, paint } from "./dom.js";
import { clock, distance, duration, page, t, tOr } from "./text.js";

/**
 * The content of the popup of a thing on the map.
 *
 * `places` are the depots' features, `door` the stops at the thing's door, `onPick` is told which of them is chosen.
 */
export function popupContent(plan, thing, { places, door, onPick }) {
  if (thing.kind === "stop") {
    const popup = stopPopup(plan.collectors[thing.route], thing.index);
    if (door.length > 1) popup.append(doorStops(plan, thing, door, onPick));
    return popup;
  }
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
      one.breaks.filter((rest) => rest.stop === stop.number && rest.at_door)
        .map((rest) => row("break.title", clock(rest.start), "–", clock(rest.end))),
      stop.setup_s > 0 ? row("stop.setup_title", duration(stop.setup_s)) : null,
      row("stop.service", duration(stop.service_s)),
      row("stop.departure", clock(stop.departure)),
      stop.lateness_s > 0 ? row("stop.late_title", duration(stop.lateness_s)) : null,
      row("stop.way", distance(stop.leg.length_m), " · ", duration(stop.leg.travel_s)),
    ),
    doubts(stop.flags),
    stop.navigation ? navigation(stop.navigation) : null,
    stop.priority === null ? null
      : h("p.popup-foot", {}, stop.mandatory ? `${t("stop.mandatory_title")} · ` : null, t("stop.priority", { priority: stop.priority })),
  ), one.style);
}

/** Links that open the door in navigation apps: first those that the reader's country uses. */
function navigation(links) {
  const apps = page.lang.startsWith("zh") ? ["amap", "baidu", "apple", "google", "geo"] : ["google", "apple", "geo", "amap", "baidu"];
  return h("nav.popup-go", { "aria-label": t("navigate.title") }, h("span", {}, t("navigate.title")), apps.map((app) =>
    h("a", { href: links[app], target: "_blank", rel: "noopener noreferrer" }, t(`navigate.${app}`))));
}

/** The stops at one door, to choose from. */
function doorStops(plan, thing, door, onPick) {
  return h("div.door", {}, h("p", {}, t("stop.same_door")), h("ul", {}, door.map(({ route, index, number }) => {
    const one = plan.collectors[route];
    return h("li", {}, paint(h("button.door-stop", {
      type: "button", title: one.stops[index].case,
      "aria-label": `${t("stop.of", { number, collector: one.collector })}: ${one.stops[index].case}`,
      "aria-current": route === thing.route && index === thing.index ? "true" : null,
      onclick: () => onPick({ kind: "stop", route, index }),
    }, h("span.badge", {}, String(number))), one.style));
  })));
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
