/** On a phone the list is a sheet over the map: dragged by its head, toggled by its handle, in three heights. */

/** The share of the screen that the sheet covers, about as map.css has it. */
const HEIGHTS = { peek: 0.17, half: 0.54, full: 0.88 };
const TAP_PX = 6;
/** A click so soon after a drag is the drag's own. */
const CLICK_MS = 80;
/** A finger that rested so long before it left throws nothing. */
const REST_MS = 90;
/** How far ahead in time a throw is followed. */
const THROW_MS = 180;

/** Whether the list lies over the map, as it does on a narrow screen. */
export const isSheet = () => globalThis.matchMedia("(max-width: 760px)").matches;

/** Let the reader drag the sheet. `settle` gives it one of its heights. */
export function makeSheet(panel, { head, handle }) {
  let drag = null;
  let endedAt = -CLICK_MS;

  const settle = (name) => {
    panel.dataset.sheet = name;
    panel.style.removeProperty("--drag");
    panel.classList.remove("dragging");
    handle.setAttribute("aria-expanded", String(name !== "peek"));
  };
  const visible = () => globalThis.innerHeight - panel.getBoundingClientRect().top;

  const start = (event) => {
    if (!isSheet() || event.button !== 0 || event.target.closest("a, .tool")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag = { from: event.clientY, visible: visible(), moved: 0, at: event.timeStamp, speed: 0, last: event.clientY };
  };
  const move = (event) => {
    if (!drag) return;
    drag.moved = Math.max(drag.moved, Math.abs(event.clientY - drag.from));
    drag.speed = (event.clientY - drag.last) / Math.max(1, event.timeStamp - drag.at);
    drag.at = event.timeStamp;
    drag.last = event.clientY;
    if (drag.moved <= TAP_PX) return;
    panel.classList.add("dragging");
    panel.style.setProperty("--drag", `${drag.visible - (event.clientY - drag.from)}px`);
  };
  const end = (event) => {
    if (!drag) return;
    const { moved, speed, at } = drag;
    drag = null;
    if (moved <= TAP_PX) return;
    endedAt = event.timeStamp;
    const thrown = event.timeStamp - at < REST_MS ? speed * THROW_MS : 0;
    settle(nearestHeight((visible() - thrown) / globalThis.innerHeight));
  };

  for (const area of [head, handle]) {
    area.addEventListener("pointerdown", start);
    area.addEventListener("pointermove", move);
    area.addEventListener("pointerup", end);
    area.addEventListener("pointercancel", end);
  }
  handle.addEventListener("click", (event) => {
    if (event.timeStamp - endedAt < CLICK_MS) return;
    settle({ peek: "half", half: "full", full: "peek" }[panel.dataset.sheet]);
  });
  return { settle };
}

function nearestHeight(share) {
  const away = (name) => Math.abs(HEIGHTS[name] - share);
  return Object.keys(HEIGHTS).reduce((best, name) => (away(name) < away(best) ? name : best));
}
