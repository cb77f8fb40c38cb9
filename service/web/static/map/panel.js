/** The list beside the map: totals, a card a collector with the stops of the day, and what is not planned. */

import { facts, mandatoryMark, priorityMark, stopList } from "./day.js";
import { dayStrip, daySpan } from "./daystrip.js";
import { reasonTexts } from "./details.js";
import { h, paint } from "./dom.js";
import { mapKey } from "./key.js";
import { planNotes } from "./notes.js";
import { chevron, eyeIcon, swatch, vehicleMark } from "./pictures.js";
import { ruleText } from "./rules.js";
import { clock, count, dateText, dateWords, distance, duration, t } from "./text.js";

/**
 * Fills the list and tells what the reader does with it.
 *
 * `actions` has onFocus(route|null), onHide(routes), onPick(thing), onHover(thing), and `reach`, whose buttons are shown.
 */
export class Panel {
  #plan;
  #view;
  #actions;
  #cards = [];
  #hidden = new Set();
  #focused = null;
  #content;

  constructor(view, actions) {
    this.#view = view;
    this.#plan = view.plan;
    this.#actions = actions;
    this.#content = document.getElementById("content");
    this.#head();
    const span = daySpan(this.#plan);
    this.#cards = this.#plan.collectors.map((one, route) => this.#card(one, route, span));
    this.#content.replaceChildren(...[
      this.#empty(), this.#toolbar(), ...this.#cards, this.#unavailable(), this.#unassigned(), mapKey(this.#plan),
    ].filter(Boolean));
    this.#foot();
    if (this.#single) this.#open(0, true);
  }

  get #single() {
    return this.#view.collector !== null;
  }

  /** Open and bring forward one collector's card, or none. */
  focus(route) {
    this.#focused = route;
    this.#cards.forEach((_, index) => this.#open(index, index === route));
    if (this.#hidden.has(route)) this.#cards[route].querySelector(".eye").click();
    this.#content.classList.toggle("focusing", route !== null);
    const all = document.getElementById("all-routes");
    if (all) all.hidden = route === null;
    if (route !== null) bring(this.#cards[route], "start");
  }

  /** Mark the row of a thing and bring it into view; null marks none. */
  pick(thing) {
    for (const row of this.#content.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
    const row = this.#row(thing);
    if (!row) return;
    if (thing.kind === "stop") this.#open(thing.route, true);
    row.setAttribute("aria-current", "true");
    bring(row, "center");
  }

  /** Mark the row of a thing lightly. */
  hover(thing) {
    for (const row of this.#content.querySelectorAll(".is-hovered")) row.classList.remove("is-hovered");
    this.#row(thing)?.classList.add("is-hovered");
  }

  #row(thing) {
    if (thing?.kind === "stop") return this.#content.querySelector(`[data-stop="${thing.route}:${thing.index}"]`);
    if (thing?.kind === "unassigned") return this.#content.querySelector(`[data-case="${thing.index}"]`);
    return null;
  }

  #head() {
    const date = dateText(this.#view.date);
    const name = this.#view.collector ?? t("page.title");
    document.title = `${name} · ${date} · doorstep`;
    const words = dateWords(this.#view.date);
    document.getElementById("eyebrow").replaceChildren(t("page.title"), ...(this.#single ? [" · ", ...words] : []));
    const { totals } = this.#plan;
    const one = this.#single ? this.#plan.collectors[0] : null;
    document.getElementById("title").replaceChildren(...(this.#single ? [name] : words), ...(one ? [" ", vehicleMark(one.vehicle)] : []));
    const tiles = one ? [
      ["facts.departure", clock(one.departure)], [one.end ? "facts.arrival" : "facts.finish", clock(one.arrival)],
      ["totals.visits", count(one.visits)], ["totals.distance", distance(one.length_m)],
    ] : [
      ["totals.visits", count(totals.visits)], ["totals.collectors", count(totals.collectors)],
      ["totals.distance", distance(totals.length_m)], ["totals.travel", duration(totals.travel_s)],
    ];
    document.getElementById("totals").replaceChildren(...(this.#single && !one ? [] : [
      h("dl.tiles", {}, tiles.map(([label, value]) => h("div", {}, h("dt", {}, t(label)), h("dd", {}, value)))),
    ]), ...planNotes(this.#plan));
  }

  #toolbar() {
    if (this.#single || this.#plan.collectors.length < 2) return null;
    const missing = this.#plan.totals.unassigned;
    return h("div.toolbar", {},
      h("button.chip", { type: "button", id: "all-routes", hidden: true, onclick: () => this.#actions.onFocus(null) }, "← ", t("actions.all")),
      missing ? h("button.chip.warn", {
        type: "button", id: "to-unassigned",
        onclick: () => bring(document.getElementById("unassigned"), "start"),
      }, t("totals.unassigned"), " ", count(missing)) : h("p.all-planned", {}, t("unassigned.none")),
    );
  }

  #card(one, route, span) {
    const busy = one.stops.length > 0;
    const body = h("div.card-body", { id: `card-${route}`, hidden: true });
    const toggle = h("button.card-toggle", {
      type: "button", "aria-expanded": "false", "aria-controls": `card-${route}`, disabled: !busy,
      onclick: () => this.#actions.onFocus(this.#focused === route ? null : route),
    },
    swatch(),
    h("span.card-title", {},
      h("span.card-name", { title: one.collector }, one.collector), vehicleMark(one.vehicle),
      busy ? h("span.card-hours", {}, clock(one.departure), "–", clock(one.arrival)) : null),
    busy ? chevron() : null);
    const eye = busy ? this.#eye(one, route) : null;
    if (busy) body.append(...[this.#actions.reach.control(one, route), stopList(one, route, this.#actions)].filter(Boolean));
    return paint(h("section.card", { "data-collector": one.collector, "data-route": route, "aria-label": one.collector },
      this.#single ? null : [h("p.eyebrow.on-paper", {}, t("page.title"), " · ", dateText(this.#view.date)), h("div.card-head", {}, toggle, eye)],
      busy ? [dayStrip(one, span), facts(one, { brief: this.#single })] : h("p.idle", {}, t("card.idle")),
      body), one.style);
  }

  #eye(one, route) {
    const button = h("button.eye", { type: "button", "aria-pressed": "true" }, eyeIcon());
    const name = (shown) => {
      const text = t(shown ? "card.hide" : "card.show", { collector: one.collector });
      button.title = text;
      button.setAttribute("aria-label", text);
      button.setAttribute("aria-pressed", String(shown));
    };
    name(true);
    button.addEventListener("click", () => {
      const shown = this.#hidden.has(route);
      this.#hidden[shown ? "delete" : "add"](route);
      name(shown);
      this.#cards[route].classList.toggle("is-hidden", !shown);
      this.#actions.onHide([...this.#hidden]);
    });
    return button;
  }

  #open(route, open) {
    const card = this.#cards[route];
    if (!card || !this.#plan.collectors[route].stops.length) return;
    card.querySelector(".card-body").hidden = !open;
    card.querySelector(".card-toggle")?.setAttribute("aria-expanded", String(open));
    card.classList.toggle("is-open", open);
  }

  #empty() {
    if (this.#plan.totals.visits > 0) return null;
    const [gone] = this.#single ? this.#plan.unavailable_collectors : [];
    if (this.#single && !this.#plan.collectors.length) {
      return h("div.empty", {}, h("h2", {}, t("collector.unavailable.title", { collector: this.#view.collector })),
        gone ? h("p", {}, reasonTexts(gone.reason).title, " — ", reasonTexts(gone.reason).todo) : null);
    }
    return this.#single ? null : h("div.empty", {}, h("h2", {}, t("empty.title")), h("p", {}, t("empty.text")));
  }

  #unavailable() {
    const { unavailable_collectors: gone } = this.#plan;
    if (this.#single || !gone.length) return null;
    return h("section.block", { id: "unavailable" }, h("h2", {}, t("unavailable.title"), " ", count(gone.length)),
      gone.map((one) => h("div.reason", {},
        h("h3", {}, one.collector, " · ", reasonTexts(one.reason).title), h("p", {}, reasonTexts(one.reason).todo))));
  }

  #unassigned() {
    const cases = this.#plan.unassigned.map((one, index) => ({ ...one, index }));
    if (!cases.length) return null;
    const groups = Map.groupBy ? Map.groupBy(cases, reasonKey) : groupBy(cases, reasonKey);
    return h("section.block", { id: "unassigned" }, h("h2", {}, t("unassigned.title"), " ", count(cases.length)),
      [...groups.values()].map((group) => h("div.reason", { "data-code": group[0].reason.code },
        h("h3", {}, reasonTexts(group[0].reason).title),
        h("p", {}, reasonTexts(group[0].reason).todo),
        group[0].reason.rule ? h("p.rule", {}, t("unassigned.rule", { rule: ruleText(group[0].reason.rule) })) : null,
        h("ul.cases", {}, group.map((one) => h("li", {}, this.#caseChip(one)))))));
  }

  #caseChip(one) {
    const thing = { kind: "unassigned", index: one.index };
    const marks = [
      h("span.case-id", {}, one.case), one.mandatory ? mandatoryMark() : null,
      one.priority === undefined ? null : priorityMark(one.priority),
    ];
    const review = this.#plan.reviews[one.index];
    if (review) return h("a.case.to-review", { "data-case": one.index, href: review, title: t("unassigned.review") }, marks);
    if (!one.location) return h("span.case.nowhere", { "data-case": one.index, title: t("unassigned.no_place") }, marks);
    return h("button.case", {
      type: "button", "data-case": one.index, "aria-label": t("unassigned.case", { case: one.case }),
      onclick: () => this.#actions.onPick(thing),
      onpointerenter: (event) => event.pointerType === "mouse" && this.#actions.onHover(thing),
      onpointerleave: () => this.#actions.onHover(null),
    }, marks);
  }

  #foot() {
    document.getElementById("panel-foot").replaceChildren(
      h("p", {}, t("clock", { zone: this.#plan.time_zone }), " · ", t("engine", { engine: this.#plan.engine })),
      h("p", {}, attributionLink(this.#plan.attribution)),
    );
  }
}

/** The thanks that OpenStreetMap's license asks for, with its link. */
export function attributionLink(text) {
  return h("a", { href: "https://www.openstreetmap.org/copyright", rel: "noreferrer noopener", target: "_blank" }, text);
}

/** Scroll the list, and only the list, to an element: to its top, or to the middle when it is not in sight. */
function bring(element, where) {
  const scroller = document.getElementById("panel-scroll");
  const bar = scroller.querySelector(".toolbar")?.offsetHeight ?? 0;
  const [frame, box] = [scroller.getBoundingClientRect(), element.getBoundingClientRect()];
  const visible = globalThis.innerHeight - frame.top;
  const height = Math.min(frame.height, visible);
  if (where === "center" && box.top >= frame.top + bar && box.bottom <= frame.top + height) return;
  const middle = where === "center" ? Math.max(bar, (height - box.height) / 2) : bar;
  scroller.scrollBy({ top: box.top - frame.top - middle, behavior: calmly() });
}

const calmly = () => (globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
const reasonKey = (one) => `${one.reason.code} ${one.reason.rule ?? ""}`;

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
