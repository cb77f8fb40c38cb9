/** The map preview: fetches the plan, follows it while it is made, and lets map and list answer each other. */

import { canDraw, RouteMap } from "./map/canvas.js";
import { Changes } from "./map/changes.js";
import { popupContent } from "./map/details.js";
import { h } from "./map/dom.js";
import { depotFeatures } from "./map/features.js";
import { showGone, showOffline, showState } from "./map/notice.js";
import { attributionLink, Panel } from "./map/panel.js";
import { Reach } from "./map/reach.js";
import { isSheet, makeSheet } from "./map/sheet.js";
import { dataUrl, page, t } from "./map/text.js";
import { currentTheme } from "./map/theme.js";

const container = document.getElementById("map");
const panelElement = document.getElementById("panel");

await follow();

/** Fetch until the plan is over one way or the other. */
async function follow() {
  const changes = new Changes(page.events);
  for (;;) {
    const view = await fetchView();
    showOffline(view === null);
    if (view === null) {
      await changes.later();
      continue;
    }
    const over = view === "gone" || ["successful", "failed", "dismissed"].includes(view.status);
    if (over) changes.end();
    if (view === "gone") return finish("gone", showGone);
    if (view.status === "successful" && view.plan) return finish("successful", () => showPlan(view));
    document.body.dataset.state = view.status;
    showState(view);
    if (over) return undefined;
    await changes.next();
  }
}

function finish(state, show) {
  document.body.dataset.state = state;
  show();
}

/** The plan's state; "gone" when there is none, null when the service does not answer. */
async function fetchView() {
  try {
    const response = await fetch(dataUrl, { cache: "no-store", headers: { Accept: "application/json" } });
    if (response.status === 404) return "gone";
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function showPlan(view) {
  const { plan } = view;
  document.getElementById("notice").remove();
  let map = null;
  let focused = null;

  const focus = (route) => {
    focused = route;
    panel.focus(route);
    map?.focus(route);
  };
  const pick = (thing, { fromList }) => {
    if (thing === null) {
      map?.unpick();
      panel.pick(null);
      return;
    }
    if (thing.kind === "route" || (thing.kind === "stop" && focused !== thing.route && plan.collectors.length > 1)) focus(thing.route);
    if (thing.kind === "route") return;
    if (fromList && isSheet() && panelElement.dataset.sheet === "full") sheet.settle("half");
    map?.pick(thing, { move: fromList });
    panel.pick(thing);
  };

  const reach = new Reach(plan, (feature) => {
    if (feature && isSheet() && panelElement.dataset.sheet === "full") sheet.settle("half");
    map?.reach(feature);
  });
  const panel = new Panel(view, {
    reach,
    onFocus: focus,
    onHide: (routes) => map?.hide(routes),
    onPick: (thing) => pick(thing, { fromList: true }),
    onHover: (thing) => map?.hover(thing),
  });
  const sheet = makeSheet(panelElement, {
    head: document.getElementById("panel-head"),
    handle: document.getElementById("sheet-handle"),
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pick(null, { fromList: false });
  });
  const print = document.getElementById("print");
  print.addEventListener("click", () => globalThis.print());
  print.hidden = false;
  container.after(reach.legend, h("div.attribution", { id: "attribution" }, attributionLink(plan.attribution)));
  if (!canDraw()) {
    container.append(h("p.unsupported", {}, t("map.unsupported")));
    return;
  }
  map = new RouteMap(container, plan, {
    padding: covered,
    onPick: (thing) => pick(thing, { fromList: false }),
    onHover: (thing) => {
      panel.hover(thing);
      map.hover(thing?.kind === "route" ? null : thing);
    },
    popupContent: (thing, door) => popupContent(plan, thing, {
      places: depotFeatures(plan, currentTheme()).features,
      door,
      onPick: (other) => {
        pick(other, { fromList: false });
        container.querySelector(".door-stop[aria-current]")?.focus();
      },
    }),
  });
}

/** Pixels at each side of the map that are covered or that should stay free; with a popup above, more at the top. */
function covered({ popup = false } = {}) {
  if (!isSheet()) return { top: popup ? 220 : 56, right: 64, bottom: 48, left: 48 };
  const { innerHeight } = globalThis;
  const bottom = Math.min(innerHeight - panelElement.getBoundingClientRect().top, innerHeight * 0.6);
  const legend = document.getElementById("reach-legend").offsetHeight;
  return { top: popup ? 230 : 48 + legend, right: popup ? 0 : 52, bottom: bottom + (popup ? 0 : 28), left: popup ? 0 : 28 };
}
