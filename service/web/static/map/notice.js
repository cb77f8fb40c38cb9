/** What is shown while there is no plan yet, or none to come: progress, failure, and how to go on. */

import { h, svg } from "./dom.js";
import { clock, count, dateWords, duration, page, sentence, t, tOr } from "./text.js";

const STAGES = ["locating", "measuring", "solving", "tracing"];

/** Show the state of a plan that has no routes (yet). While only the figures change, only they are touched. */
export function showState(view) {
  const notice = document.getElementById("notice");
  const key = `${view.status} ${view.progress?.stage ?? ""} ${view.planner_ready ?? ""}`;
  if (notice.dataset.key === key) {
    updateFigures(notice, view);
    return;
  }
  notice.dataset.key = key;
  const content = { accepted: waiting, running: working, failed, dismissed }[view.status](view);
  notice.dataset.state = view.status;
  notice.replaceChildren(...[...content, toPlans()].flat().filter(Boolean));
  const title = notice.querySelector("h1").textContent;
  document.title = `${title} · doorstep`;
  announce(`${title}. ${notice.querySelector(".now")?.textContent ?? ""}`);
}

function updateFigures(notice, view) {
  const shown = notice.querySelector(".progress");
  if (!shown || !view.progress) return;
  const fresh = figures(view);
  const [bar, freshBar] = [shown, fresh].map((element) => element.querySelector("progress"));
  if (bar && freshBar) {
    bar.value = freshBar.value;
    fresh.replaceChild(bar, freshBar);
  }
  shown.replaceChildren(...fresh.children);
}

function announce(text) {
  document.getElementById("announcement").textContent = text;
}

/** Show that the plan cannot be found any more. */
export function showGone() {
  const notice = document.getElementById("notice");
  notice.dataset.state = "gone";
  notice.replaceChildren(picture(false), h("h1", {}, t("gone.title")), h("p", {}, t("gone.text")));
  announce(t("gone.title"));
}

/** Show, or take away, that the service does not answer. */
export function showOffline(offline) {
  document.getElementById("offline")?.remove();
  if (offline) document.body.append(h("p.offline", { id: "offline", role: "status" }, t("offline")));
}

/** The way back to the list of plans, for whoever may see it. */
function toPlans() {
  return page.plans ? h("p.message-elsewhere", {}, h("a.to-plans", { href: page.plans }, t("plans.title"))) : null;
}

function waiting(view) {
  const unready = view.planner_ready === false;
  return [
    pulse(), h("p.eyebrow", {}, dateWords(view.date)), h("h1", {}, t(unready ? "status.unready.title" : "status.accepted.title")),
    h("p", {}, t(unready ? "status.unready.text" : "status.accepted.text")),
  ];
}

function working(view) {
  const { progress } = view;
  const at = STAGES.indexOf(progress?.stage);
  const steps = h("ol.steps", {}, STAGES.map((stage, index) => h("li", {
    class: index < at ? "done" : index === at ? "now" : "next", "aria-current": index === at ? "step" : null,
  }, t(`stage.${stage}`))));
  return [
    pulse(), h("p.eyebrow", {}, dateWords(view.date)), h("h1", {}, t("status.running.title")), steps,
    progress ? figures(view) : null, h("p.quiet", {}, t("status.running.text")),
  ];
}

function figures({ progress, partial }) {
  const rows = [];
  if (progress.cost_s !== null) rows.push(["progress.cost", duration(progress.cost_s)]);
  if (progress.unserved_mandatory) rows.push(["progress.unserved_mandatory", count(progress.unserved_mandatory)]);
  if (progress.assigned !== null) rows.push(["progress.assigned", count(progress.assigned)]);
  const searching = progress.stage === "solving" && progress.budget_s > 0;
  const seconds = (value) => t("unit.seconds", { seconds: Math.round(value) });
  if (searching) rows.push(["progress.elapsed", sentence("progress.elapsed_of", { elapsed: seconds(progress.elapsed_s), budget: seconds(progress.budget_s) })]);
  return h("div.progress", {},
    searching ? h("progress", { max: progress.budget_s, value: Math.min(progress.elapsed_s, progress.budget_s), "aria-label": t("progress.label") }) : null,
    rows.length ? h("dl.tiles", {}, rows.map(([label, value]) => h("div", {}, h("dt", {}, t(label)), h("dd", {}, value)))) : null,
    partial.length ? bestSoFar(partial) : null);
}

/** The best routes that the search has found: whose they are, when they begin and end, how many visits. */
function bestSoFar(routes) {
  return h("table.best", {}, h("caption", {}, t("progress.best")), h("tbody", {}, routes.map((one) => h("tr", {},
    h("th", { scope: "row" }, one.collector), h("td", {}, clock(one.departure), "–", clock(one.arrival)),
    h("td", {}, sentence("progress.visits", { visits: count(one.visits) }))))));
}

function failed(view) {
  const { problem } = view;
  const wrong = problem?.code === "invalid_request";
  const said = problem ? problemTexts(problem, view.area) : null;
  return [
    picture(true), h("p.eyebrow", {}, dateWords(view.date)), h("h1", {}, t("failed.title")),
    h("p", {}, t(wrong ? "failed.request" : "failed.text")),
    problem ? h("details.operator", { open: true }, h("summary", {}, t(wrong ? "failed.field" : "failed.details")),
      h("p", {}, h("strong", {}, said.title), said.text ? ` — ${said.text}` : null),
      h("p.code", {}, `${problem.code} · ${view.id}`)) : null,
  ];
}

/** What went wrong, in the reader's words where the catalogue has them: which field of a request, it has not. */
function problemTexts(problem, area) {
  return {
    title: tOr(`problem.${problem.code}.title`, problem.title),
    text: tOr(`problem.${problem.code}.text`, problem.detail, { area }),
  };
}

function dismissed(view) {
  return [picture(true), h("p.eyebrow", {}, dateWords(view.date)), h("h1", {}, t("dismissed.title")), h("p", {}, t("dismissed.text"))];
}

function picture(broken) {
  return svg("svg.message-art", { viewBox: "0 0 96 64", "aria-hidden": "true" },
    svg(`path.art-road${broken ? ".broken" : ""}`, { d: "M8 54 C 28 54 26 20 46 20 S 66 44 88 44" }),
    svg("circle.art-pin", { cx: 46, cy: 20, r: 9 }), svg("path.art-mark", { d: "m42 16 8 8m0-8-8 8" }));
}

function pulse() {
  return svg("svg.message-art.is-live", { viewBox: "0 0 96 64", "aria-hidden": "true" },
    svg("path.art-road", { d: "M8 54 C 28 54 26 20 46 20 S 66 44 88 44" }),
    svg("path.art-run", { d: "M8 54 C 28 54 26 20 46 20 S 66 44 88 44", pathLength: 100 }),
    [[8, 54], [46, 20], [88, 44]].map(([cx, cy]) => svg("circle.art-stop", { cx, cy, r: 5 })));
}
