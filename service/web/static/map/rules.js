/** A policy's rule, as the service names it ("cn-nifa: caps.per_7d 1"), in the reader's words. */

import { dateText, locale, t } from "./text.js";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const FORMS = [
  [/^suppress (\w+)$/, (reason) => t("rule.suppressed", { reason: t(`suppression.${reason}`) })],
  [/^suppress (\w+) until (\S+)$/, (reason, until) => t("rule.suppressed_until", {
    reason: t(`suppression.${reason}`), until: dateText(until),
  })],
  [/^caps\.per_day (\d+)$/, (number) => t("rule.per_day", { number })],
  [/^caps\.per_(\d+)d (\d+)$/, (days, number) => t("rule.per_days", { number, days })],
  [/^min_gap_days (\d+)$/, (days) => t("rule.min_gap_days", { days })],
  [/^no visits on a (\w+)$/, (day) => t("rule.weekday", { day: weekday(day) })],
];

/** The policy and its rule; a rule of another form as it is, which is hours or a name. */
export function ruleText(rule) {
  const [policy, named] = rule.split(/: (.*)/s);
  for (const [form, say] of named ? FORMS : []) {
    const found = form.exec(named);
    if (found) return `${policy}: ${say(...found.slice(1))}`;
  }
  return rule;
}

function weekday(name) {
  // 7 January 2024 was a Sunday.
  const day = new Date(Date.UTC(2024, 0, 7 + WEEKDAYS.indexOf(name)));
  return new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(day);
}
