/** A collector's day in the list: its sums, its stops and the ways between them. */

import { h, svg } from "./dom.js";
import { depotIcon, restIcon } from "./pictures.js";
import { clock, count, distance, duration, sentence, t, tOr } from "./text.js";
import { legRow } from "./turns.js";

/** The sums of a collector's day; the brief ones without what the head of a collector's page says. */
export function facts(one, { brief }) {
  const fact = (label, value) => h("div", {}, h("dt", {}, t(label)), h("dd", {}, value));
  const trouble = (label, seconds) => (seconds > 0 ? h("div.warn", {}, h("dt", {}, t(label)), h("dd", {}, duration(seconds))) : null);
  return h("dl.facts", {},
    brief ? null : [fact("facts.visits", count(one.visits)), fact("facts.distance", distance(one.length_m))],
    fact("facts.travel", duration(one.travel_s)), fact("facts.service", duration(one.service_s)),
    fact("facts.waiting", duration(one.waiting_s)),
    one.break_s > 0 ? fact("facts.breaks", duration(one.break_s)) : null,
    trouble("facts.overtime", one.overtime_s), trouble("facts.lateness", one.lateness_s));
}

/** The stops of a collector's day with the ways and the breaks between them. */
export function stopList(one, route, actions) {
  const onTheWay = (number) => one.breaks.filter((rest) => rest.stop === number && !rest.at_door).map(restRow);
  const atDoor = (number) => one.breaks.filter((rest) => rest.stop === number && rest.at_door);
  return h("ol.stops", {},
    h("li.depot", {}, depotIcon(), clock(one.departure), h("span", {}, t("depot.start")), doubts(one.start_flags)),
    one.stops.flatMap((stop, index) => [
      legRow(stop.leg, `turns-${route}-${index}`), ...onTheWay(stop.number),
      stopRow(stop, { kind: "stop", route, index }, atDoor(stop.number), actions),
    ]),
    one.return_leg ? [legRow(one.return_leg, `turns-${route}-back`), ...onTheWay(null)] : null,
    one.end ? h("li.depot", {}, depotIcon(), clock(one.arrival), h("span", {}, t("depot.end")), doubts(one.end_flags))
      : h("li.no-end", {}, t("depot.no_end")));
}

function restRow(rest) {
  const told = { start: clock(rest.start), end: clock(rest.end), duration: duration(rest.duration_s) };
  return h("li.rest", {}, restIcon(), h("span", {}, sentence("break.on_way", told)));
}

function stopRow(stop, thing, rests, actions) {
  return h("li", {}, h("button.stop", {
    type: "button", "data-stop": `${thing.route}:${thing.index}`,
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
      stop.waiting_s > 0 ? h("span.stop-wait", {}, sentence("stop.waiting", { duration: duration(stop.waiting_s), time: clock(stop.start) })) : null,
      rests.map((rest) => h("span.stop-rest", {}, sentence("break.at_door", { start: clock(rest.start), end: clock(rest.end) }))),
      stop.setup_s > 0 ? h("span.stop-rest", {}, sentence("stop.setup", { duration: duration(stop.setup_s) })) : null,
      stop.lateness_s > 0 ? h("span.stop-wait.late", {}, sentence("stop.late", { duration: duration(stop.lateness_s) })) : null),
    doubts(stop.flags)),
  h("span.marks", {}, stop.mandatory ? mandatoryMark() : null, stop.priority === null ? null : priorityMark(stop.priority))));
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
