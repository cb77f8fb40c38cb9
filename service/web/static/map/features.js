/** The plan as GeoJSON, in the theme's colours. Lines and places are the plan's own; nothing is simplified. */

import { badgeId, depotId, unassignedId } from "./icons.js";

/** Height of the badge of the stop that is chosen. */
const CHOSEN = 27;

/** How the routes that use a depot are told in one attribute, and how one of them is looked for. */
export const routeMark = (route) => `,${route},`;
/** Collectors who share a road are drawn side by side, as far as that many lanes go. */
const LANES = 3;

const collection = (features) => ({ type: "FeatureCollection", features });
const lonLat = (location) => [location.lon, location.lat];
const feature = (type, coordinates, properties) => ({ type: "Feature", geometry: { type, coordinates }, properties });

/** One line a leg, with the collector's index and colour. */
export function legFeatures(plan, theme) {
  return collection(plan.collectors.flatMap((one, route) => legsOf(one).map((leg, index) =>
    feature("LineString", leg.line, {
      route, leg: index, lane: route % LANES, colour: one.style[theme.name], striped: one.style.striped, length_m: leg.length_m,
    }))));
}

/** The legs of a collector in order, the way back last. */
export const legsOf = (one) => [...one.stops.map((stop) => stop.leg), ...(one.return_leg ? [one.return_leg] : [])];

/** One point a stop, exactly where it is. */
export function stopFeatures(plan, theme) {
  return collection(plan.collectors.flatMap((one, route) => one.stops.map((stop, index) => {
    const colour = one.style[theme.name];
    const badge = { label: String(stop.number), colour, striped: one.style.striped };
    return feature("Point", lonLat(stop.location), {
      kind: "stop", route, index, colour, number: stop.number, chosen: badgeId([badge], theme.badgeInk, CHOSEN),
    });
  })));
}

/** One point a place where days start or end. */
export function depotFeatures(plan, theme) {
  const places = new Map();
  plan.collectors.forEach((one, route) => {
    for (const [role, location] of [["start", one.start], ["end", one.end]]) {
      if (!location) continue;
      const key = `${location.lon},${location.lat}`;
      const place = places.get(key) ?? { location, starts: [], ends: [] };
      place[role === "start" ? "starts" : "ends"].push(route);
      places.set(key, place);
    }
  });
  return collection([...places.values()].map((place, index) => feature("Point", lonLat(place.location), {
    kind: "depot", index, starts: place.starts, ends: place.ends,
    routes: [...place.starts, ...place.ends].map(routeMark).join(""),
    icon: depotId(theme.ink, theme.paper),
  })));
}

/** One point a case that is on no route and has a place. */
export function unassignedFeatures(plan, theme) {
  return collection(plan.unassigned.flatMap((one, index) => (one.location
    ? [feature("Point", lonLat(one.location), {
      kind: "unassigned", index,
      icon: unassignedId(theme.grey, theme.paper, false),
      chosen: unassignedId(theme.grey, theme.paper, true),
    })]
    : [])));
}

/** [[west, south], [east, north]] of some positions, null of none. */
export function boundsOf(positions) {
  if (!positions.length) return null;
  const [lons, lats] = [positions.map(([lon]) => lon), positions.map(([, lat]) => lat)];
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  return [[least(lons), least(lats)], [most(lons), most(lats)]];
}

/** Every position of one collector's day. */
export function positionsOf(one) {
  return [
    lonLat(one.start), ...(one.end ? [lonLat(one.end)] : []),
    ...one.stops.map((stop) => lonLat(stop.location)), ...legsOf(one).flatMap((leg) => leg.line),
  ];
}

/** Every position of the plan; the cases without a route only where nothing else is. */
export function positionsOfPlan(plan) {
  const routes = plan.collectors.flatMap(positionsOf);
  const cases = plan.unassigned.flatMap((one) => (one.location ? [lonLat(one.location)] : []));
  return [...routes, ...cases];
}
