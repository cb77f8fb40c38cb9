/** On a phone the list is a sheet over the map: dragged by its head, toggled by its handle, in three heights. */

const HEIGHTS = ["peek", "half", "full"];
const TAP_PX = 6;

/** Whether the list lies over the map, as it does on a narrow screen. */
export const isSheet = () => globalThis.matchMedia("(max-width: 760px)").matches;

/** Let the reader drag the sheet. `settle` gives it one of its heights. */
export function makeSheet(panel, { head, handle }) {
  let drag = null;

  const settle = (name) => {
    panel.dataset.sheet = name;
    panel.style.removeProperty("--drag");
    panel.classList.remove("dragging");
    handle.setAttribute("aria-expanded", String(name !== "peek"));
  };
  const visible = () => globalThis.innerHeight - panel.getBoundingClientRect().top;

  const start = (event) => {
    if (!isSheet() || event.button !== 0 || event.target.closest("a")) return;
    drag = { from: event.clientY, visible: visible(), moved: 0, at: event.timeStamp, speed: 0, last: event.clientY };
  };
  const move = (event) => {
    if (!drag) return;
    const moved = event.clientY - drag.from;
    if (Math.abs(moved) > TAP_PX && !panel.classList.contains("dragging")) {
      panel.classList.add("dragging");
      panel.setPointerCapture(event.pointerId);
    }
    drag.moved = Math.max(drag.moved, Math.abs(moved));
    const elapsed = Math.max(1, event.timeStamp - drag.at);
    drag.speed = (event.clientY - drag.last) / elapsed;
    drag.at = event.timeStamp;
    drag.last = event.clientY;
    if (panel.classList.contains("dragging")) panel.style.setProperty("--drag", `${drag.visible - moved}px`);
  };
  const end = () => {
    if (!drag) return;
    const { moved, speed } = drag;
    drag = null;
    if (moved <= TAP_PX) return;
    const height = globalThis.innerHeight;
    const places = [0.17, 0.54, 0.88].map((share) => share * height);
    const aim = visible() - speed * 180;
    const nearest = places.reduce((best, place, index) => (Math.abs(place - aim) < Math.abs(places[best] - aim) ? index : best), 0);
    settle(HEIGHTS[nearest]);
    handle.dataset.dragged = "yes";
  };

  for (const area of [head, handle]) {
    area.addEventListener("pointerdown", start);
  }
  panel.addEventListener("pointermove", move);
  panel.addEventListener("pointerup", end);
  panel.addEventListener("pointercancel", end);
  handle.addEventListener("click", () => {
    if (handle.dataset.dragged) {
      delete handle.dataset.dragged;
      return;
    }
    settle({ peek: "half", half: "full", full: "peek" }[panel.dataset.sheet]);
  });
  return { settle };
}
