/** The numbers at the doors: one badge a door, at the door, or one for doors that are too close to tell apart. */

import { badgeId, badgeWidth } from "./icons.js";

/** Stops so near to each other are at one door: closer than two badges are at the nearest zoom. */
const DOOR_M = 5;
const METRES_A_DEGREE = 111_320;
/** Height of a badge at size 1, in pixels. */
const BADGE = 19;
/** Size of a badge by zoom. */
export const BADGE_SIZES = [[8, 0.82], [12, 0.96], [15, 1.16], [18, 1.3]];
/** Pixels between badges. */
const GAP = 2;
/** A label of more characters, spaces aside, names its first numbers and counts the others. */
const LABEL = 6;
/** So many collectors at one door are told apart; the others are counted. */
const COLLECTORS = 3;
/** Pixels round the world at zoom 0. */
const WORLD = 512;

/**
 * Group the stops of a plan by door.
 *
 * @returns {Array} {location, members: [{route, index, number}]}, in the order of the routes.
 */
export function doorsOf(plan) {
  const doors = [];
  plan.collectors.forEach((one, route) => one.stops.forEach(({ location, number }, index) => {
    const member = { route, index, number };
    const door = doors.find((other) => metres(other.location, location) <= DOOR_M);
    if (door) door.members.push(member);
    else doors.push({ location, members: [member] });
  }));
  return doors;
}

/** All stops at the door of a thing; none when it is no stop. */
export function stopsAtDoorOf(doors, { kind, route, index }) {
  if (kind !== "stop") return [];
  return doors.find(({ members }) => members.some((one) => one.route === route && one.index === index)).members;
}

function metres(a, b) {
  const north = (a.lat - b.lat) * METRES_A_DEGREE;
  const east = (a.lon - b.lon) * METRES_A_DEGREE * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** "4", "2–4" or "2, 5": sorted numbers; where that is too long "2–4 +3", which counts the others. */
export function numbersLabel(numbers) {
  const runs = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run.to + 1 === number) run.to = number;
    else runs.push({ from: number, to: number });
  }
  const texts = runs.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
  const label = texts.join(", ");
  const others = numbers.length - (runs[0].to - runs[0].from + 1);
  return label.replaceAll(" ", "").length <= LABEL || others === 0 ? label : `${texts[0]} +${others}`;
}

/**
 * One point a badge.
 *
 * While all collectors are alike, a badge is one door's, and the map leaves out those that have no room. The badges
 * of the one in focus are merged where they would cover each other at this zoom, so that every number is told.
 */
export function badgeFeatures(plan, theme, doors, { focused, hidden, zoom }) {
  const shown = ({ route }) => !hidden.has(route) && (focused === null || route === focused);
  const look = (members) => parts(plan, theme, members);
  const badges = doors
    .map(({ members }) => members.filter(shown))
    .filter((members) => members.length)
    .sort(([a], [b]) => a.number - b.number)
    .map((members) => ({ location: locationOf(plan, members[0]), members, spread: false, parts: look(members) }));
  const placed = focused === null ? badges : merged(badges, look, zoom);
  return { type: "FeatureCollection", features: placed.map((badge) => badgeFeature(badge, theme)) };
}

const locationOf = (plan, { route, index }) => plan.collectors[route].stops[index].location;

function badgeFeature({ location, members, spread, parts: segments }, theme) {
  const [first] = members;
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [location.lon, location.lat] },
    properties: {
      kind: "stop", ...first, spread,
      label: segments.map(({ label }) => label).join(" | "),
      stops: members.map(stopMark).join(""),
      icon: badgeId(segments, theme.badgeInk, BADGE),
    },
  };
}

/** How the stops of a badge are told in one attribute, and how one of them is looked for. */
export const stopMark = ({ route, index }) => `,${route}:${index},`;
/** The stops of such an attribute, as [route, index]. */
export const markedStops = (marks) => marks.split(",").filter(Boolean).map((stop) => stop.split(":").map(Number));

/** What the badge of these stops says, a segment a collector. */
function parts(plan, theme, members) {
  const routes = [...new Set(members.map(({ route }) => route))];
  const named = routes.length > COLLECTORS ? routes.slice(0, COLLECTORS - 1) : routes;
  const segments = named.map((route) => {
    const { style } = plan.collectors[route];
    const numbers = members.filter((member) => member.route === route).map(({ number }) => number);
    return { label: numbersLabel(numbers), colour: style[theme.name], striped: style.striped };
  });
  const others = members.filter(({ route }) => !named.includes(route)).length;
  return others ? [...segments, { label: `+${others}`, colour: theme.grey, striped: false }] : segments;
}

/** Join badges that would cover each other; the place is that of the first number. */
function merged(badges, look, zoom) {
  const size = sizeAt(zoom);
  const placed = [];
  for (let badge of badges.map((one) => ({ ...one, at: pixel(one.location, zoom) }))) {
    let other;
    while ((other = placed.findIndex((one) => cover(one, badge, size))) >= 0) {
      const [first] = placed.splice(other, 1);
      const members = [...first.members, ...badge.members].sort((a, b) => a.number - b.number);
      const { location, at } = first.members[0] === members[0] ? first : badge;
      badge = { location, at, members, spread: true, parts: look(members) };
    }
    placed.push(badge);
  }
  return placed;
}

function cover(a, b, size) {
  const width = ((badgeWidth(a.parts, BADGE) + badgeWidth(b.parts, BADGE)) / 2) * size + GAP;
  return Math.abs(a.at.x - b.at.x) < width && Math.abs(a.at.y - b.at.y) < BADGE * size + GAP;
}

function pixel({ lon, lat }, zoom) {
  const world = WORLD * 2 ** zoom;
  const north = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return { x: (lon / 360) * world, y: (north / (2 * Math.PI)) * world };
}

function sizeAt(zoom) {
  const above = BADGE_SIZES.findIndex(([at]) => at >= zoom);
  if (above === 0) return BADGE_SIZES[0][1];
  if (above < 0) return BADGE_SIZES.at(-1)[1];
  const [[from, small], [to, large]] = BADGE_SIZES.slice(above - 1, above + 1);
  return small + ((zoom - from) / (to - from)) * (large - small);
}
