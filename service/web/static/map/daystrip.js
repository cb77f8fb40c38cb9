/** A collector's day as a strip: doors as blocks, roads as a line, waiting as a gap, breaks as hollow blocks; one scale for all collectors. */

import { svg } from "./dom.js";

const WIDTH = 1000;

/** The hours that the strips of a plan span, in milliseconds; null when nobody has a route. */
export function daySpan(plan) {
  const busy = plan.collectors.filter((one) => one.stops.length);
  if (!busy.length) return null;
  const first = Math.min(...busy.map((one) => Date.parse(one.departure)));
  const last = Math.max(...busy.map((one) => Date.parse(one.arrival)));
  const hour = 3_600_000;
  return { from: Math.floor(first / hour) * hour, to: Math.max(Math.ceil(last / hour), Math.floor(first / hour) + 1) * hour };
}

/** Draw the strip of one collector. */
export function dayStrip(one, span) {
  const at = (instant) => ((Date.parse(instant) - span.from) / (span.to - span.from)) * WIDTH;
  const block = (kind, from, to) => svg(`rect.${kind}`, {
    x: at(from).toFixed(1), y: kind === "wait" ? 6 : 2, width: Math.max(3, at(to) - at(from) - 1.5).toFixed(1),
    height: kind === "wait" ? 4 : 12, rx: kind === "wait" ? 0 : 3,
  });
  const hours = [];
  for (let hour = span.from; hour <= span.to; hour += 3_600_000) {
    const x = ((hour - span.from) / (span.to - span.from)) * WIDTH;
    hours.push(svg("line.hour", { x1: x, x2: x, y1: 0, y2: 16 }));
  }
  return svg("svg.daystrip", { viewBox: `0 0 ${WIDTH} 16`, preserveAspectRatio: "none", "aria-hidden": "true" },
    hours,
    svg("rect.road", { x: at(one.departure), y: 7, width: Math.max(0, at(one.arrival) - at(one.departure)), height: 2 }),
    one.stops.flatMap((stop) => [
      stop.waiting_s > 0 ? block("wait", stop.arrival, stop.start) : null,
      block("door", stop.start, stop.departure),
    ]),
    one.breaks.map((rest) => block("rest", rest.start, rest.end)));
}
