/** The way between two doors in the list: its sums, which open to its turns. */

import { h, svg } from "./dom.js";
import { chevron } from "./pictures.js";
import { distance, duration, sentence, t, tOr } from "./text.js";

/** Walking that is worth a line of its own. */
const WALK_S = 60;
/** What is drawn to the right is mirrored to the left. */
const MIRROR = "matrix(-1 0 0 1 20 0)";
const SLIGHT = "M7.5 17v-6.2L14 4.4M8.6 4.2h5.6v5.6";
const SQUARE = "M5.5 17v-6a3 3 0 0 1 3-3H16M12 3.8 16.2 8 12 12.2";
const SHARP = "M5.5 17V5.6l9.4 9M15.1 9v5.8H9.3";
const PICTURES = {
  start: ["M10 14.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4Z"],
  straight: ["M10 17V3.6M5.4 8.2 10 3.6l4.6 4.6"],
  slight_right: [SLIGHT], slight_left: [SLIGHT, MIRROR],
  right: [SQUARE], left: [SQUARE, MIRROR],
  sharp_right: [SHARP], sharp_left: [SHARP, MIRROR],
  u_turn: ["M14.5 17V8.2a4.1 4.1 0 0 0-8.2 0v6M2.9 11l3.4 3.4L9.7 11"],
  roundabout: ["M10 18.4v-3.2a5.4 5.4 0 1 0-5.4-5.4M2 7.3l2.6 2.6 2.6-2.6"],
  ferry: ["M2.6 13.2h14.8l-2.2 3.9H4.8ZM10 12.8V3.2l4.9 6.6H10"],
  arrive: ["M10 17.6c-3.1-3.7-5-6.2-5-8.9a5 5 0 0 1 10 0c0 2.7-1.9 5.2-5 8.9ZM10 8.7h.01"],
};

/** The lists that are still empty: most are never opened. */
const waiting = new Map();
globalThis.addEventListener("beforeprint", () => { for (const list of [...waiting.keys()]) fill(list); });

/** A way as a row of the list; `id` is the id of its turns on this page. */
export function legRow(leg, id) {
  const sums = h("span.leg-sums", {}, sentence("leg.text", { duration: duration(leg.travel_s), distance: distance(leg.length_m) }));
  if (!leg.steps.length) return h("li.leg", {}, sums);
  const turns = h("ol.turns", { id, hidden: true });
  waiting.set(turns, leg);
  const toggle = h("button.leg-toggle", {
    type: "button", "aria-expanded": "false", "aria-controls": id,
    onclick: () => {
      fill(turns);
      turns.hidden = !turns.hidden;
      toggle.setAttribute("aria-expanded", String(!turns.hidden));
    },
  }, sums, h("span.visually-hidden", {}, " · ", t("leg.turns")), chevron());
  return h("li.leg", {}, toggle, turns);
}

function fill(turns) {
  const leg = waiting.get(turns);
  if (!leg) return;
  waiting.delete(turns);
  turns.append(...leg.steps.map(turnRow));
  if (leg.access_s >= WALK_S) turns.append(h("li.turn.walk", {}, h("span", {}, sentence("leg.walk", { duration: duration(leg.access_s) }))));
}

function turnRow({ turn, name, length_m: metres }) {
  return h("li.turn", { "data-turn": turn }, turnIcon(turn),
    h("span", {}, turnText(turn, name)), turn === "arrive" ? null : distance(metres));
}

/** What one does, and onto which road; the road alone for a word of another version. */
function turnText(turn, name) {
  const known = tOr(`turn.${turn}`, null);
  if (known === null) return name || turn;
  return name ? sentence(`turn.${turn}.road`, { road: h("b", {}, name) }) : known;
}

function turnIcon(turn) {
  const [path, mirror] = PICTURES[turn] ?? PICTURES.straight;
  return svg("svg.turn-icon", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: path, transform: mirror }));
}
