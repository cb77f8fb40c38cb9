/** Words and figures as the reader sees them. A figure keeps its exact value in the element that shows it. */

import { h } from "./dom.js";

/** What the service says of this page: its texts, its language, where its data is. */
export const page = JSON.parse(document.getElementById("page").textContent);

/** Of dates and weekdays: in English as Europe writes them. */
export const locale = page.lang === "en" ? "en-GB" : page.lang;

/** Where the plan's JSON is. */
export const dataUrl = page.data;

/** The catalogue's text of a key, its {names} filled in. */
export function t(key, names = {}) {
  const text = page.texts[key];
  if (text === undefined) throw new Error(`No text for ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in names ? names[name] : whole));
}

/** The catalogue's text, or another one where the catalogue has none. */
export function tOr(key, other, names = {}) {
  return page.texts[key] === undefined ? other : t(key, names);
}

/** "09:42" of an instant: by the clock of its own offset, which is the branch's. */
export const clockText = (instant) => instant.slice(11, 16);

/** "1 h 05 min": whole minutes that have passed, as a clock shows them, so that 08:30 and 2 min never make 08:31. */
export function durationText(seconds) {
  const whole = Math.floor(seconds / 60);
  if (whole === 0) return seconds > 0 ? t("unit.less_than_minute") : t("unit.minutes", { minutes: 0 });
  const [hours, minutes] = [Math.floor(whole / 60), whole % 60];
  if (hours === 0) return t("unit.minutes", { minutes });
  if (minutes === 0) return t("unit.whole_hours", { hours });
  return t("unit.hours", { hours, minutes: String(minutes).padStart(2, "0") });
}

/** "640 m" below a kilometre, "12.3 km" above. */
export function distanceText(metres) {
  if (metres < 1000) return t("unit.m", { value: metres });
  return t("unit.km", { value: (metres / 1000).toFixed(1) });
}

/** "Wed, 25 Nov 2026". */
export const dateText = (date) => dateParts(date).map(({ value }) => value).join("");

/** The same as nodes: a date without spaces may break before its weekday, and nowhere else. */
export function dateWords(date) {
  const text = dateText(date);
  if (text.includes(" ")) return [text];
  const parts = dateParts(date);
  const at = parts.findIndex(({ type }) => type === "weekday");
  const pieces = [parts.slice(0, at), parts.slice(at)].filter(({ length }) => length > 0);
  return pieces.map((piece) => h("span.whole", {}, piece.map(({ value }) => value).join("")));
}

function dateParts(date) {
  const options = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(locale, options).formatToParts(new Date(`${date}T00:00:00Z`));
}

/** An instant as an element. */
export const clock = (instant) => h("time", { datetime: instant }, clockText(instant));
/** Seconds as an element. */
export const duration = (seconds) => h("data", { value: seconds, class: "duration" }, durationText(seconds));
/** Metres as an element. */
export const distance = (metres) => h("data", { value: metres, class: "distance" }, distanceText(metres));
/** A count as an element. */
export const count = (number) => h("data", { value: number, class: "count" }, String(number));

/** A catalogue text with elements in place of its {names}. */
export function sentence(key, elements) {
  const parts = t(key).split(/\{(\w+)\}/);
  return parts.map((part, at) => (at % 2 ? elements[part] : part));
}
