/** The page of reviews: a list of doubtful addresses, and a map to decide on each of them. */

import { canDraw } from "./map/canvas.js";
import { h } from "./map/dom.js";
import { pressFilter } from "./map/lists.js";
import { showOffline } from "./map/notice.js";
import { attributionLink } from "./map/panel.js";
import { isSheet, makeSheet } from "./map/sheet.js";
import { page, t, tOr } from "./map/text.js";
import { decide, getReview, listReviews } from "./reviews/api.js";
import { ReviewMap } from "./reviews/canvas.js";
import { ReviewDetail } from "./reviews/detail.js";
import { reviewList } from "./reviews/list.js";

const RETRY_MS = 4000;
/** What was decided can be changed among the decided when this is over. */
const TOAST_MS = 12_000;

const container = document.getElementById("map");
const content = document.getElementById("content");
const panelElement = document.getElementById("panel");
const state = { filter: "open", reviews: [], next: null };
let map = null;
let detail = null;
let current = null;

await start();

async function start() {
  for (;;) {
    const first = await listReviews(state.filter);
    if (first) {
      showOffline(false);
      Object.assign(state, first);
      break;
    }
    showOffline(true);
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
  }
  document.getElementById("notice").remove();
  document.body.dataset.state = "successful";
  const sheet = makeSheet(panelElement, { head: document.getElementById("panel-head"), handle: document.getElementById("sheet-handle") });
  drawMap();
  for (const button of document.querySelectorAll(".filter")) button.addEventListener("click", () => choose(button.dataset.filter));
  globalThis.addEventListener("hashchange", () => openNamed());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && current === null) refresh();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current !== null) back();
  });
  showList();
  await openNamed();

  function drawMap() {
    const [area] = Object.values(page.areas);
    if (area) container.after(h("div.attribution", { id: "attribution" }, attributionLink(area.attribution)));
    if (!canDraw()) {
      container.append(h("p.unsupported", {}, t("map.unsupported")));
      return;
    }
    map = new ReviewMap(container, {
      padding: covered,
      onChoose: (place) => chosen(place),
      onMove: (location) => {
        detail?.warn("");
        detail?.movePin(location);
        if (isSheet() && panelElement.dataset.sheet === "full") sheet.settle("half");
      },
    });
  }
}

/** Show the reviews of another filter. */
async function choose(filter) {
  state.filter = filter;
  pressFilter(filter);
  leave();
  await refresh();
}

async function refresh() {
  const { filter } = state;
  const found = await listReviews(filter);
  showOffline(found === null);
  if (found === null || filter !== state.filter) return;
  Object.assign(state, found);
  if (current === null) showList();
}

async function more() {
  const button = document.getElementById("more");
  button.disabled = true;
  const found = await listReviews(state.filter, state.next);
  showOffline(found === null);
  button.disabled = false;
  if (found === null) return;
  const at = state.reviews.length;
  Object.assign(state, { reviews: [...state.reviews, ...found.reviews], next: found.next });
  showList();
  content.querySelectorAll(".review")[at]?.focus();
}

/** Draw the list; the focus stays on the review that has it. */
function showList() {
  const focused = content.contains(document.activeElement) ? document.activeElement.dataset.review : undefined;
  content.replaceChildren(reviewList({ ...state, areas: Object.keys(page.areas).length }, { onOpen: open, onMore: more }));
  if (focused) inList(focused)?.focus({ preventScroll: true });
}

function inList(id) {
  return content.querySelector(`.review[data-review="${id}"]`);
}

/** Open the review that the page's address names behind #. */
async function openNamed() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id === "" || id === current?.id) return;
  const review = await getReview(id);
  showOffline(review === null);
  if (review === "gone") announce(t("review.gone"), { seen: true });
  else if (review !== null) open(review);
}

function open(review) {
  current = review;
  history.replaceState(null, "", `#${review.id}`);
  detail = new ReviewDetail(review, {
    onBack: back, onChoose: chosen, onDecide: send, onCentre: () => map?.pinAtCentre(),
  });
  document.body.dataset.detail = "";
  content.replaceChildren(detail.element);
  document.getElementById("panel-scroll").scrollTop = 0;
  map?.show(review);
  document.getElementById("address").focus({ preventScroll: true });
}

function chosen(place) {
  detail?.choose(place);
  map?.choose(place);
}

/** Send a decision; what the planner did on the map stays when it does not get through. */
async function send(decision, body) {
  const [review, shown] = [current, detail];
  shown.busy(true);
  shown.warn("");
  const { outcome, review: decided, detail: code } = await decide(review, decision, body);
  shown.busy(false);
  if (current !== review) return;
  if (outcome === "decided") next(review, decided);
  else if (outcome === "changed") await showChanged(review);
  else if (outcome === "refused") shown.warn(tOr(`review.refused.${code}`, t("review.refused")));
  else shown.warn(outcome === "signed_out" ? t("review.signed_out") : t("review.unanswered"));
}

async function showChanged(review) {
  const now = await getReview(review.id);
  if (now === "gone") {
    back();
    announce(t("review.gone"), { seen: true });
  } else if (now === null) {
    detail.warn(t("review.unanswered"));
  } else {
    open(now);
    detail.warn(t("review.changed"));
  }
}

/** Go on with the next address of the list. */
function next(review, decided) {
  const at = state.reviews.findIndex((one) => one.id === review.id);
  if (state.filter === "open") state.reviews = state.reviews.filter((one) => one.id !== review.id);
  else if (at >= 0) state.reviews[at] = decided;
  announce(t(`review.done.${decided.status}`, { address: decided.address }), { seen: true, again: decided });
  const follower = state.filter === "open" ? state.reviews[Math.max(at, 0)] ?? state.reviews.at(-1) : null;
  if (follower) open(follower);
  else back();
}

/** Back to the list, with the focus on the review that was open. */
function back() {
  const id = current?.id;
  leave();
  showList();
  refresh();
  (inList(id) ?? document.getElementById("title")).focus?.();
}

function leave() {
  current = null;
  detail = null;
  delete document.body.dataset.detail;
  history.replaceState(null, "", location.pathname + location.search);
  map?.show(null);
  map?.fit({ animate: false });
}

/** Say something to those who listen, and with `seen` also on the screen; `again` is a review that can be opened again. */
function announce(text, { seen = false, again = null } = {}) {
  document.getElementById("announcement").textContent = text;
  document.getElementById("toast")?.remove();
  if (!seen) return;
  const toast = h("div.toast", { id: "toast" }, h("span", {}, text),
    again ? h("button", { type: "button", onclick: () => { toast.remove(); open(again); } }, t("review.change")) : null,
    h("button.toast-close", { type: "button", "aria-label": t("map.close"), onclick: () => toast.remove() }, "×"));
  document.querySelector(".stage").append(toast);
  setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), TOAST_MS);
}

/** Pixels at each side of the map that are covered or that should stay free. */
function covered() {
  if (!isSheet()) return { top: 70, right: 70, bottom: 60, left: 60 };
  const bottom = Math.min(globalThis.innerHeight - panelElement.getBoundingClientRect().top, globalThis.innerHeight * 0.6);
  return { top: 60, right: 60, bottom: bottom + 52, left: 40 };
}
