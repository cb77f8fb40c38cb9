/** Reading the list of plans over HTTP. */

import { read } from "../map/ask.js";
import { dataUrl } from "../map/text.js";

const [PAGE, MOST] = [50, 200];
/** Statuses of each filter; none are all. */
const STATUSES = { all: [], open: ["accepted", "running"], done: ["successful"], unmade: ["failed", "dismissed"] };

/** Whether something is still to come of a plan. */
export const isOpen = ({ status }) => STATUSES.open.includes(status);

/** As many of a filter's newest plans as are `shown`, as far as one answer has room: {plans, next}; null when nothing answers. */
export function newestPlans(filter, shown = 0) {
  const query = new URLSearchParams({ limit: Math.min(Math.max(PAGE, shown), MOST) });
  for (const status of STATUSES[filter]) query.append("status", status);
  return planPage(`${dataUrl}?${query}`);
}

/** The page that a `next` names. */
export async function planPage(path) {
  const { status, data } = await read(path);
  return status === 200 ? data : null;
}

/** What is known of the plans after the newest ones were read again: those behind them stay as they were. */
export function renewed(known, found) {
  if (found.next === null) return found;
  const last = Date.parse(found.plans.at(-1).created_at);
  const read = new Set(found.plans.map(({ id }) => id));
  const older = known.plans.filter(({ id, created_at: made }) => Date.parse(made) <= last && !read.has(id));
  return older.length ? { plans: [...found.plans, ...older], next: known.next } : found;
}
