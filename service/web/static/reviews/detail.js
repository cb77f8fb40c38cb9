/** One review: the address, why it is doubted, the places it may mean, and what the planner can do. */

import { h, svg } from "../map/dom.js";
import { distanceText, page, t } from "../map/text.js";
import { metresBetween, placesOf } from "./places.js";
import { doubtText, placeText, statusText } from "./words.js";

/** Nobody is sent to the middle of anything wider, metres; the service refuses it as well. */
const WIDEST_M = 2000;

/**
 * What the panel shows of one review.
 *
 * `onBack`, `onChoose(place)`, `onDecide(decision, body)`, `onCentre` are told what the planner does.
 */
export class ReviewDetail {
  #review;
  #told;
  #places;
  #pin = null;
  #saved;

  constructor(review, told) {
    this.#review = review;
    this.#told = told;
    this.#places = placesOf(review);
    this.#saved = review.pin?.location ?? null;
    this.element = h("article.detail", { "data-review": review.id }, this.#head(), this.#doubts(),
      h("div.banner", { id: "banner", role: "alert", hidden: true }), this.#offered(), this.#own(), this.#none());
    this.movePin(null);
  }

  /** Bring one place forward. */
  choose(place) {
    for (const row of this.element.querySelectorAll(".place")) row.classList.toggle("is-chosen", row.dataset.letter === place?.letter);
    this.element.querySelector(".place.is-chosen")?.scrollIntoView({ block: "nearest" });
  }

  /** The pin is somewhere else now; null: where it was. */
  movePin(location) {
    this.#pin = location;
    const [said, save] = [this.element.querySelector("#pin-at"), this.element.querySelector("#save-pin")];
    save.disabled = location === null;
    if (location === null) {
      said.textContent = t(this.#places.length || this.#saved ? "review.pin.hint" : "review.pin.hint_none");
      return;
    }
    const at = `${location.lat.toFixed(5)}, ${location.lon.toFixed(5)}`;
    const [first] = this.#places;
    said.textContent = first
      ? t("review.pin.at", { at, distance: distanceText(metresBetween(location, first.location)), letter: first.letter })
      : t("review.pin.at_only", { at });
  }

  /** While a decision is on its way nothing else can be decided. */
  busy(isBusy) {
    this.element.toggleAttribute("aria-busy", isBusy);
    for (const button of this.element.querySelectorAll(".decide")) button.disabled = isBusy;
    if (!isBusy) this.element.querySelector("#save-pin").disabled = this.#pin === null;
  }

  /** Say what went wrong; empty takes it away. */
  warn(text) {
    const banner = this.element.querySelector("#banner");
    banner.textContent = text;
    banner.hidden = text === "";
    if (text) banner.scrollIntoView({ block: "nearest" });
  }

  #head() {
    const { address, area, status, source } = this.#review;
    const decided = status !== "open";
    return h("header.detail-head", {},
      h("button.back", { type: "button", id: "back", onclick: this.#told.onBack },
        svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: "m12 4-6 6 6 6" })), t("review.back")),
      h("h2", { id: "address", tabindex: -1 }, address),
      h("p.detail-facts", {}, [Object.keys(page.areas).length > 1 ? area : null, decided ? statusText(status) : null, source === "gps" ? t("review.source.gps") : null].filter(Boolean).join(" · ")));
  }

  #doubts() {
    const { answer } = this.#review;
    const reasons = answer.reasons.map(doubtText);
    return h("section.why", {},
      h("h3", {}, t(`review.answer.${answer.status}`)),
      reasons.length ? h("ul.doubts-list", {}, reasons.map((reason) => h("li", {}, reason))) : null,
      answer.unmatched_text ? h("p.unmatched", {}, t("review.unmatched", { text: answer.unmatched_text })) : null);
  }

  #offered() {
    if (!this.#places.length) return h("section.offered", {}, h("h3", {}, t("review.places")), h("p.quiet", {}, t("review.places.none")));
    return h("section.offered", {}, h("h3", {}, t("review.places")),
      h("ol.places", {}, this.#places.map((place) => this.#place(place))));
  }

  #place(place) {
    const name = place.label ?? t("review.place.unnamed");
    const chosen = this.#saved && metresBetween(this.#saved, place.location) === 0;
    return h("li.place", { "data-letter": place.letter },
      h("button.place-show", { type: "button", onclick: () => this.#told.onChoose(place) },
        h("span.place-letter", { "aria-hidden": "true" }, place.letter),
        h("span.place-main", {}, h("span.place-name", {}, name), h("span.place-facts", {}, placeText(place)),
          place.reasons.length ? h("span.place-why", {}, place.reasons.map(doubtText).join(" · ")) : null,
          chosen ? h("span.place-now", {}, t("review.place.now")) : null)),
      place.uncertainty_m > WIDEST_M ? h("span.too-wide", {}, t("review.too_wide")) : h("button.decide.accept", {
        type: "button", "aria-label": t("review.accept.label", { letter: place.letter, label: name }),
        onclick: () => this.#told.onDecide("accept", { alternative: place.alternative }),
      }, t("review.accept")));
  }

  #own() {
    return h("section.own", {}, h("h3", {}, t("review.own")),
      h("p.quiet", {}, h("span", { id: "pin-at", "aria-live": "polite" })),
      h("div.buttons", {},
        h("button.decide.primary", {
          type: "button", id: "save-pin",
          onclick: () => this.#told.onDecide("move", { location: { lat: this.#pin.lat, lon: this.#pin.lon } }),
        }, t("review.pin.save")),
        h("button.plain", { type: "button", id: "pin-centre", onclick: this.#told.onCentre }, t("review.pin.centre"))));
  }

  #none() {
    return h("section.none", {}, h("h3", {}, t("review.none")), h("p.quiet", {}, t("review.none.text")),
      h("button.decide.plain", { type: "button", id: "reject", onclick: () => this.#told.onDecide("reject", null) }, t("review.reject")));
  }
}
