/** The page of plans: fetches the list, and again now and then while some plan is not over. */

import { pressFilter } from "./map/lists.js";
import { showOffline } from "./map/notice.js";
import { isOpen, newestPlans, planPage, renewed } from "./plans/api.js";
import { changeText, planList } from "./plans/list.js";

const RENEW_MS = 5000;

const content = document.getElementById("content");
const state = { filter: "all", plans: [], next: null };
let shown = null;
let timer = null;

for (const button of document.querySelectorAll(".filter")) button.addEventListener("click", () => choose(button.dataset.filter));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else renew();
});
await renew();

/** Read the newest plans again; come back while some are not over, as long as somebody may be looking. */
async function renew() {
  clearTimeout(timer);
  const { filter } = state;
  const found = await newestPlans(filter, state.plans.length);
  if (filter !== state.filter) return;
  showOffline(found === null);
  if (found !== null) {
    announce(found.plans);
    Object.assign(state, renewed(state, found));
    show();
  }
  clearTimeout(timer);
  if (!document.hidden && (found === null || state.plans.some(isOpen))) timer = setTimeout(renew, RENEW_MS);
}

/** Show the plans of another filter. */
async function choose(filter) {
  Object.assign(state, { filter, plans: [], next: null });
  pressFilter(filter);
  await renew();
}

async function more() {
  const { filter } = state;
  const button = document.getElementById("more");
  button.disabled = true;
  const found = await planPage(state.next);
  if (filter !== state.filter) return;
  showOffline(found === null);
  button.disabled = false;
  if (found === null) return;
  const known = new Set(state.plans.map(({ id }) => id));
  Object.assign(state, { plans: [...state.plans, ...found.plans.filter(({ id }) => !known.has(id))], next: found.next });
  show();
  if (found.plans.length) linkTo(found.plans[0].id)?.focus();
}

/** Draw the list where something is new in it; the focus stays where it is. */
function show() {
  const now = JSON.stringify([state, new Date().toDateString()]);
  if (now === shown) return;
  shown = now;
  const focused = content.contains(document.activeElement) ? document.activeElement : null;
  document.body.dataset.state = "successful";
  content.replaceChildren(planList(state, { onMore: more }));
  if (focused) (linkTo(focused.dataset.plan) ?? document.getElementById(focused.id))?.focus({ preventScroll: true });
}

const linkTo = (id) => content.querySelector(`[data-plan="${id}"]`);

/** Tell who listens which of the plans are in another state now. */
function announce(plans) {
  const before = new Map(state.plans.map(({ id, status }) => [id, status]));
  const changed = plans.filter(({ id, status }) => before.has(id) && before.get(id) !== status);
  if (changed.length) document.getElementById("announcement").textContent = changed.map(changeText).join(". ");
}
