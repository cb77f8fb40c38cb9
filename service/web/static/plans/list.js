/** The list of plans: one link a plan, under the day that it is for. */

import { h } from "../map/dom.js";
import { emptyList, moreButton } from "../map/lists.js";
import { dateText, dateWords, durationText, locale, page, sentence, t } from "../map/text.js";

const DAY_MS = 86_400_000;
/** Days around today that have a name of their own: yesterday, today, tomorrow. */
const NAMED_DAYS = 1;

/**
 * The list's element.
 *
 * @param {object} state {plans, next, filter}
 * @param {object} told {onMore()}
 */
export function planList({ plans, next, filter }, { onMore }) {
  if (!plans.length) return filter === "all" ? none() : emptyList(t("plans.empty.filtered"), t("plans.empty.filtered_text"));
  const days = grouped(plans);
  const newestFirst = [...days].sort(([one], [other]) => (one < other ? 1 : -1));
  return h("div", {}, newestFirst.map(([date, ofDay]) => day(date, ofDay)), next ? moreButton(onMore) : null);
}

/** What is said of a plan whose state has changed. */
export const changeText = ({ date, area, status }) => t("plans.now", { date: dateText(date), area, status: statusText(status) });

const statusText = (status) => t(`plans.status.${status}`);

function grouped(plans) {
  const days = new Map();
  for (const plan of plans) days.set(plan.date, [...(days.get(plan.date) ?? []), plan]);
  return days;
}

function day(date, plans) {
  const name = dayName(date);
  return h("section.day", {},
    h("h2", {}, dateWords(date), name ? [" ", h("span.day-name", {}, name)] : null),
    h("ul", {}, plans.map((plan) => h("li", {}, row(plan)))));
}

/** "tomorrow", by the reader's calendar; null of a day that is further away. */
function dayName(date) {
  const today = new Date().toLocaleDateString("sv");
  const away = Math.round((Date.parse(date) - Date.parse(today)) / DAY_MS);
  return Math.abs(away) <= NAMED_DAYS ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(away, "day") : null;
}

function row({ id, status, area, cases = null, unassigned = null, created_at: made, started_at: started, finished_at: finished }) {
  const took = started && finished ? Math.max(0, Date.parse(finished) - Date.parse(started)) / 1000 : null;
  return h("a.plan", { href: `/plans/${id}/map${page.keep}`, "data-plan": id, "data-status": status },
    h("span.plan-mark", { "aria-hidden": "true" }),
    h("span.plan-area", {}, area), " ",
    h("span.plan-status", {}, statusText(status)), " ",
    h("span.plan-facts", {}, sentence("plans.made", { time: h("time", { datetime: made }, instantText(made)) }),
      took === null ? null : [" · ", sentence("plans.took", { duration: h("data", { value: took }, tookText(took)) })],
      countText(cases, unassigned)));
}

/** How many cases, and how many of them have a visit as soon as that is known; nothing of a plan from before they were counted. */
function countText(cases, unassigned) {
  if (cases === null) return null;
  const text = unassigned === null ? t("plans.cases", { cases }) : t("plans.planned", { planned: cases - unassigned, cases });
  return [" · ", h("span.plan-count", {}, text)];
}

/** "25 Nov, 14:02" of an instant by the reader's clock, with the year where it is another one. */
function instantText(instant) {
  const at = new Date(instant);
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, { year, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** Seconds of a computation: those below a minute are told. */
const tookText = (seconds) => (seconds < 60 ? t("unit.seconds", { seconds: Math.ceil(seconds) }) : durationText(seconds));

function none() {
  return emptyList(t("plans.empty.title"), sentence("plans.empty.text", {
    call: h("code", {}, "POST /v1/plans"), reference: h("a", { href: "/docs" }, t("plans.empty.reference")),
  }));
}
