/** What a collector reaches from the start of the day in some minutes: asked of the service, shown by the map. */

import { doubts } from "./day.js";
import { h, paint } from "./dom.js";
import { t } from "./text.js";

const MINUTES = [15, 30, 60];
const M2_PER_KM2 = 1e6;
/** From here on an area has no decimals. */
const LARGE_KM2 = 10;

/** The buttons of every collector and the legend over the map; one area is shown at a time. */
export class Reach {
  #plan;
  #onShow;
  #legend;
  #buttons = [];
  #shown = null;
  #asking = null;
  #answers = new Map();

  /** `onShow` is told the area as GeoJSON with the collector's colours, or null. */
  constructor(plan, onShow) {
    this.#plan = plan;
    this.#onShow = onShow;
    this.#legend = h("div.reach-legend", { id: "reach-legend", role: "status" });
  }

  /** The legend, empty while nothing is shown. */
  get legend() {
    return this.#legend;
  }

  /** The buttons of one collector; null where nobody can be asked. */
  control(one, route) {
    if (!this.#plan.reach_url) return null;
    const title = `reach-${route}`;
    return h("div.reach", { role: "group", "aria-labelledby": title }, h("span", { id: title }, t("reach.title")), MINUTES.map((minutes) => {
      const label = t("reach.choose", { collector: one.collector, duration: t("unit.minutes", { minutes }) });
      const button = h("button", {
        type: "button", "aria-pressed": "false", title: label, "aria-label": label, "data-minutes": minutes,
        onclick: () => this.#choose(route, minutes),
      }, t("unit.minutes", { minutes }));
      this.#buttons.push({ button, route, minutes });
      return button;
    }));
  }

  /** Show nothing. */
  clear() {
    this.#asking?.abort();
    this.#asking = null;
    this.#shown = null;
    this.#press();
    this.#legend.replaceChildren();
    this.#onShow(null);
  }

  async #choose(route, minutes) {
    const again = this.#shown?.route === route && this.#shown.minutes === minutes;
    this.clear();
    if (again) return;
    this.#shown = { route, minutes };
    this.#press();
    const one = this.#plan.collectors[route];
    this.#say(one, h("span", {}, t("reach.working")));
    const asking = new AbortController();
    this.#asking = asking;
    const answer = await this.#ask(one, route, minutes, asking.signal);
    if (asking.signal.aborted) return;
    this.#asking = null;
    if (typeof answer === "string") {
      this.#shown = null;
      this.#press();
      this.#say(one, h("span", {}, t(answer)));
      return;
    }
    const { light, dark } = one.style;
    this.#say(one, h("span.reach-swatch", { "aria-hidden": "true" }), h("span", {},
      t("reach.legend", { collector: one.collector, duration: t("unit.minutes", { minutes }) }),
      " · ", areaText(answer.properties.area_m2), notes(answer.properties, minutes)));
    this.#onShow({ type: "Feature", geometry: answer.geometry, properties: { light, dark } });
  }

  /** The area as the service answers it, or the key of the text that says why there is none. */
  async #ask(one, route, minutes, signal) {
    const key = `${route}:${minutes}`;
    if (this.#answers.has(key)) return this.#answers.get(key);
    try {
      const response = await fetch(this.#plan.reach_url, {
        method: "POST", signal, headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ location: one.start, vehicle: one.vehicle, minutes, roads: this.#plan.reach_roads }),
      });
      if (!response.ok) return response.status === 422 ? "reach.refused" : "reach.failed";
      this.#answers.set(key, await response.json());
      return this.#answers.get(key);
    } catch {
      return "reach.failed";
    }
  }

  #say(one, ...content) {
    const close = h("button.reach-close", {
      type: "button", title: t("reach.close"), "aria-label": t("reach.close"), onclick: () => this.clear(),
    }, "×");
    paint(this.#legend, one.style).replaceChildren(...content, close);
  }

  #press() {
    for (const { button, route, minutes } of this.#buttons) {
      button.setAttribute("aria-pressed", String(this.#shown?.route === route && this.#shown.minutes === minutes));
    }
  }
}

/** What is to be known of an area: roads of the day, a start far from any road, the edge of the map. */
function notes(properties, minutes) {
  const said = [
    properties.roads && t("reach.roads"),
    properties.access_s >= minutes * 60 && t("reach.only_start"),
    properties.at_edge && t("reach.at_edge"),
  ].filter(Boolean);
  const doubt = doubts(properties.flags);
  return [said.length ? h("span.reach-note", {}, said.join(" · ")) : null, doubt];
}

function areaText(squareMetres) {
  const value = squareMetres / M2_PER_KM2;
  return h("data", { value: squareMetres }, t("unit.km2", { value: value.toFixed(value < LARGE_KM2 ? 1 : 0) }));
}
