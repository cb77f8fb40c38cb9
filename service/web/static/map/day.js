/** A collector's day in the list: its sums, its stops and the ways between them. */

import { h, svg } from "./dom.js";
import { depotIcon } from "./pictures.js";
import { clock, count, distance, duration, sentence, t, tOr } from "./text.js";
import { legRow } from "./turns.js";

/** The sums of a collector's day; the brief ones without what the head of a collector's page says. */
export function facts(one, { brief }) {
  const fact = (label, value) => h("div", {}, h("dt", {}, t(label)), h("dd", {}, value));
  return h("dl.facts", {},
    brief ? null : [fact("facts.visits", count(one.visits)), fact("facts.distance", distance(one.length_m))],
    fact("facts.travel", duration(one.travel_s)), fact("facts.service", duration(one.service_s)),
    fact("facts.waiting", duration(one.waiting_s)));
}

/** The stops of a collector's day with the ways between them. */
export function stopList(one, route, actions) {
  return h("ol.stops", {},
    h("li.depot", {}, depotIcon(), clock(one.departure), h("span", {}, t("depot.start")), doubts(one.start_flags)),
    one.stops.flatMap((stop, index) => [legRow(stop.leg, `turns-${route}-${index}`), stopRow(stop, route, index, actions)]),
    one.return_leg ? legRow(one.return_leg, `turns-${route}-back`) : null,
    one.end ? h("li.depot", {}, depotIcon(), clock(one.arrival), h("span", {}, t("depot.end")), doubts(one.end_flags))
      : h("li.no-end", {}, t("depot.no_end")));
}

function stopRow(stop, route, index, actions) {
  const thing = { kind: "stop", route, index };
  return h("li", {}, h("button.stop", {
    type: "button", "data-stop": `${route}:${index}`,
    onclick: () => actions.onPick(thing),
    onpointerenter: (event) => event.pointerType === "mouse" && actions.onHover(thing),
    onpointerleave: () => actions.onHover(null),
    onfocus: () => actions.onHover(thing),
    onblur: () => actions.onHover(null),
  },
  h("span.badge", {}, String(stop.number)),
  h("span.stop-time", {}, clock(stop.arrival)),
  h("span.stop-main", {},
    h("span.case-id", {}, stop.case),
    h("span.stop-note", {}, sentence("stop.visit", { duration: duration(stop.service_s) }),
      stop.waiting_s > 0 ? h("span.stop-wait", {}, sentence("stop.waiting", { duration: duration(stop.waiting_s), time: clock(stop.start) })) : null),
    doubts(stop.flags)),
  h("span.marks", {}, stop.mandatory ? mandatoryMark() : null, priorityMark(stop.priority))));
}

/** What a planner should doubt about the way between a door and the road; null when there is nothing. */
export function doubts(flags) {
  const said = flags.filter((flag) => flag !== "street_preferred" && !(flag === "far_from_road" && flags.includes("straight_line")));
  return said.length ? h("span.doubts", {}, said.map((flag) => tOr(`flag.${flag}`, flag)).join(" · ")) : null;
}

/** Says that a visit must be made. */
export function mandatoryMark() {
  return h("span.must", { title: t("stop.mandatory_title") }, t("stop.mandatory"));
}

/** A priority as bars and as a figure. */
export function priorityMark(priority) {
  const text = t("stop.priority", { priority });
  return h("span.priority", { title: text },
    svg("svg", { viewBox: "0 0 12 10", "aria-hidden": "true" }, [0, 1, 2].map((bar) => svg(
      `rect${priority > bar * 33 ? ".on" : ""}`, { x: bar * 4.4, y: 6 - bar * 3, width: 2.9, height: 4 + bar * 3, rx: 0.8 }))),
    h("span.visually-hidden", {}, text, " "),
    h("data", { value: priority, "aria-hidden": "true" }, String(priority)));
}
