/**
 * The base map: a quiet style over doorstep's own vector tiles, on which coloured routes stand out.
 *
 * Layers and attributes are those of geodata/tiles/schema.py. There is no `glyphs` address, so MapLibre draws
 * all text with the fonts of the reader's machine (Latin and CJK alike) and nothing is fetched for it.
 */

/** Fonts of the labels, first one wins; each is a local font. */
const FONTS = ["Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Helvetica Neue", "Arial", "sans-serif"];

const LIGHT = {
  land: "#f4f1e9",
  wood: "#d6e4c9",
  scrub: "#dfe8cf",
  grass: "#e6eed8",
  park: "#e0edd3",
  pitch: "#d5e6c8",
  farmland: "#f3f0e0",
  orchard: "#ebeed3",
  wetland: "#dfeae4",
  bare: "#ebe8e1",
  glacier: "#eef5f8",
  residential: "#ebe7de",
  commercial: "#efe9e4",
  industrial: "#e9e7e8",
  campus: "#f1ebdd",
  cemetery: "#dfe6d6",
  plaza: "#f3f1ec",
  water: "#b9d7e8",
  waterLine: "#a6cadf",
  waterText: "#4f86a8",
  building: "#dfd8cc",
  buildingEdge: "#cbc3b5",
  road: "#ffffff",
  roadCasing: "#cdc6b8",
  main: "#fdf2d0",
  mainCasing: "#d2bd86",
  trunk: "#f9dca0",
  trunkCasing: "#d3b06e",
  track: "#b9a98c",
  path: "#c3b8a3",
  tunnel: "#f1eee7",
  rail: "#bdb9b4",
  boundary: "#a993b0",
  text: "#3f4347",
  softText: "#77787a",
  green: "#5f7f55",
  halo: "rgba(255, 255, 255, 0.9)",
};

const DARK = {
  land: "#1d2126",
  wood: "#1f2a25",
  scrub: "#202a27",
  grass: "#212b27",
  park: "#212d27",
  pitch: "#25322b",
  farmland: "#22262a",
  orchard: "#232a28",
  wetland: "#1f2a2c",
  bare: "#25282c",
  glacier: "#2a3238",
  residential: "#23272d",
  commercial: "#25282e",
  industrial: "#24272c",
  campus: "#272a2d",
  cemetery: "#212925",
  plaza: "#262a30",
  water: "#15303f",
  waterLine: "#1c3d50",
  waterText: "#6d9db8",
  building: "#2a2e35",
  buildingEdge: "#343941",
  road: "#363c44",
  roadCasing: "#191c20",
  main: "#454a50",
  mainCasing: "#191c20",
  trunk: "#565346",
  trunkCasing: "#191c20",
  track: "#565349",
  path: "#4a4842",
  tunnel: "#2a2f35",
  rail: "#4a4e54",
  boundary: "#6c5b75",
  text: "#d5d8db",
  softText: "#989da3",
  green: "#86a67c",
  halo: "rgba(24, 27, 31, 0.9)",
};

/** Width in pixels by zoom, growing by half again at each step as roads do on a printed series of scales. */
const width = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const kindIs = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const all = (...conditions) => ["all", ...conditions];
const not = (condition) => ["!", condition];
const isTunnel = ["==", ["get", "tunnel"], true];

/**
 * The classes of road from the smallest to the largest: the tile layer, the kinds, and the widths of the
 * fill (pixels by zoom) and of the casing at both sides together.
 */
const roadClasses = (c) => [
  {
    id: "service", layer: "roads_minor", kinds: ["service", "pedestrian"], minzoom: 13,
    width: width(13, 0.6, 15, 2, 17, 7, 19, 18), casing: 1.2, color: c.road, edge: c.roadCasing,
  },
  {
    id: "street", layer: "roads", kinds: ["unclassified", "residential", "living_street", "road"], minzoom: 11,
    width: width(11, 0.5, 13, 1.6, 15, 4.5, 17, 13, 19, 30), casing: 1.5, color: c.road, edge: c.roadCasing,
  },
  {
    id: "tertiary", layer: "roads", kinds: ["tertiary"], minzoom: 10,
    width: width(10, 0.9, 13, 2.6, 15, 6, 17, 15, 19, 34), casing: 1.6, color: c.road, edge: c.roadCasing,
  },
  {
    id: "main", layer: "roads_major", kinds: ["primary", "secondary"], minzoom: 7,
    width: width(7, 0.6, 10, 1.4, 13, 3.4, 15, 7, 17, 17, 19, 38), casing: 1.8, color: c.main, edge: c.mainCasing,
  },
  {
    id: "trunk", layer: "roads_major", kinds: ["motorway", "trunk"], minzoom: 5,
    width: width(5, 0.7, 10, 2, 13, 4, 15, 8, 17, 19, 19, 42), casing: 2, color: c.trunk, edge: c.trunkCasing,
  },
];

/** A road too thin for a casing takes the casing's colour, or it would be lost in the land. */
const farThenNear = (far, near) => ["interpolate", ["linear"], ["zoom"], 10, far, 12, near];

function widened(expression, by) {
  const stops = expression.slice(3).map((value, at) => (at % 2 === 1 ? value + by : value));
  return [...expression.slice(0, 3), ...stops];
}

function landLayers(c) {
  const color = ["match", ["get", "kind"],
    "wood", c.wood, "scrub", c.scrub, "grass", c.grass, "park", c.park, "pitch", c.pitch,
    "farmland", c.farmland, "farmyard", c.residential, "orchard", c.orchard, "wetland", c.wetland,
    "bare", c.bare, "glacier", c.glacier, "residential", c.residential, "commercial", c.commercial,
    "industrial", c.industrial, "campus", c.campus, "cemetery", c.cemetery, "parking", c.plaza,
    "plaza", c.plaza, c.land];
  const fill = (id, layer) => ({
    id, type: "fill", source: "base", "source-layer": layer,
    paint: { "fill-color": color, "fill-antialias": true },
  });
  return [fill("landcover", "landcover"), fill("landuse", "landuse")];
}

function waterLayers(c) {
  const area = (id, layer) => ({
    id, type: "fill", source: "base", "source-layer": layer, paint: { "fill-color": c.water },
  });
  const line = (id, layer, stops) => ({
    id, type: "line", source: "base", "source-layer": layer, filter: not(isTunnel),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": c.waterLine, "line-width": stops },
  });
  return [
    line("streams", "streams", width(12, 0.5, 15, 1.4, 18, 4)),
    line("rivers", "rivers", width(6, 0.6, 10, 1.4, 14, 3, 18, 8)),
    area("lakes", "lakes"),
    area("water", "water"),
  ];
}

function buildingLayers(c) {
  return [{
    id: "buildings", type: "fill", source: "base", "source-layer": "buildings", minzoom: 13.2,
    paint: {
      "fill-color": c.building,
      "fill-outline-color": c.buildingEdge,
      "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13.2, 0, 14.2, 1],
    },
  }];
}

function pathLayers(c) {
  const line = (id, filter, minzoom, color, stops, dash) => ({
    id, type: "line", source: "base", "source-layer": "roads_minor", minzoom, filter,
    layout: { "line-join": "round", "line-cap": "butt" },
    paint: { "line-color": color, "line-width": stops, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return [
    line("paths", kindIs("path", "footway", "cycleway", "bridleway", "steps"), 13.5, c.path,
      width(13.5, 0.6, 16, 1.2, 19, 3), [1.5, 1.5]),
    line("tracks", kindIs("track"), 12, c.track, width(12, 0.5, 14, 1.1, 16, 2, 19, 5), [4, 1.6]),
  ];
}

function roadLayers(c) {
  const classes = roadClasses(c);
  const line = (road, suffix, condition, paint) => ({
    id: `road-${road.id}${suffix}`, type: "line", source: "base", "source-layer": road.layer,
    minzoom: road.minzoom, filter: all(kindIs(...road.kinds), condition),
    layout: { "line-join": "round", "line-cap": suffix.startsWith("-tunnel") ? "butt" : "round", "line-sort-key": ["get", "level"] },
    paint,
  });
  const casingFrom = (road) => ({
    "line-color": road.edge,
    "line-width": widened(road.width, road.casing),
    "line-opacity": ["interpolate", ["linear"], ["zoom"], Math.max(road.minzoom, 10), 0, Math.max(road.minzoom, 10) + 1.5, 1],
  });
  return [
    ...classes.map((road) => line(road, "-tunnel", isTunnel, {
      "line-color": road.edge, "line-width": widened(road.width, road.casing), "line-dasharray": [1.2, 0.6], "line-opacity": 0.7,
    })),
    ...classes.map((road) => line(road, "-tunnel-fill", isTunnel, { "line-color": c.tunnel, "line-width": road.width })),
    ...classes.map((road) => line(road, "-casing", not(isTunnel), casingFrom(road))),
    ...classes.map((road) => line(road, "", not(isTunnel), {
      "line-color": road.minzoom < 10 ? farThenNear(road.edge, road.color) : road.color, "line-width": road.width,
    })),
    {
      id: "ferries", type: "line", source: "base", "source-layer": "roads_major", filter: kindIs("ferry"),
      paint: { "line-color": c.waterText, "line-width": 1, "line-dasharray": [4, 3] },
    },
  ];
}

function railLayers(c) {
  const line = (id, filter, minzoom, paint) => ({
    id, type: "line", source: "base", "source-layer": "rail", filter, minzoom, paint,
  });
  return [
    line("rail", all(kindIs("rail", "tram"), not(isTunnel)), 9, {
      "line-color": c.rail, "line-width": width(9, 0.6, 13, 1.2, 17, 3),
    }),
    line("rail-ties", all(kindIs("rail"), not(isTunnel)), 13, {
      "line-color": c.rail, "line-width": width(13, 3, 17, 8), "line-dasharray": [0.25, 3.5],
    }),
    line("aerialways", kindIs("aerialway"), 13, {
      "line-color": c.softText, "line-width": 0.8, "line-dasharray": [6, 2],
    }),
  ];
}

function boundaryLayers(c) {
  const line = (id, levels, minzoom, stops, dash, opacity) => ({
    id, type: "line", source: "base", "source-layer": "boundaries", minzoom,
    filter: ["in", ["get", "admin_level"], ["literal", levels]],
    layout: { "line-join": "round" },
    paint: { "line-color": c.boundary, "line-width": stops, "line-dasharray": dash, "line-opacity": opacity },
  });
  return [
    line("boundary-local", [7, 8], 11, width(11, 0.5, 15, 1.1), [2, 2], 0.45),
    line("boundary-region", [3, 4, 5, 6], 6, width(6, 0.6, 14, 1.5), [4, 2], 0.6),
    {
      id: "boundary-country-glow", type: "line", source: "base", "source-layer": "boundaries",
      filter: ["==", ["get", "admin_level"], 2], layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": c.boundary, "line-width": width(6, 2, 14, 7), "line-opacity": 0.14 },
    },
    line("boundary-country", [2], 4, width(4, 0.7, 10, 1.2, 14, 1.8), [5, 2, 1, 2], 0.85),
  ];
}

function labelLayers(c) {
  const text = (id, layer, { filter, minzoom, maxzoom, layout, paint }) => ({
    id, type: "symbol", source: "base", "source-layer": layer,
    ...(filter ? { filter } : {}), ...(minzoom ? { minzoom } : {}), ...(maxzoom ? { maxzoom } : {}),
    layout: { "text-font": FONTS, "text-field": ["get", "name"], "text-padding": 4, ...layout },
    paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.4, ...paint },
  });
  const along = { "symbol-placement": "line", "text-max-angle": 30, "symbol-spacing": 350, "text-pitch-alignment": "viewport" };
  const size = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
  const place = (id, layer, kinds, minzoom, sizes, layout = {}, paint = {}) => text(id, layer, {
    filter: kindIs(...kinds), minzoom,
    layout: { "text-size": sizes, "text-max-width": 8, ...layout }, paint,
  });
  return [
    text("house-numbers", "house_numbers", {
      minzoom: 16, layout: { "text-field": ["get", "number"], "text-size": size(16, 9, 19, 12), "text-padding": 2 },
      paint: { "text-color": c.softText, "text-halo-width": 1 },
    }),
    text("pois", "pois", {
      filter: not(kindIs("peak")), minzoom: 15,
      layout: { "text-size": size(15, 10, 18, 12), "text-max-width": 8, "text-padding": 10 },
      paint: { "text-color": c.softText },
    }),
    text("peaks", "pois", {
      filter: kindIs("peak"), minzoom: 12,
      layout: {
        "text-field": ["case", ["has", "elevation_m"],
          ["concat", "▲ ", ["get", "name"], "\n", ["to-string", ["get", "elevation_m"]], " m"],
          ["concat", "▲ ", ["get", "name"]]],
        "text-size": size(12, 10, 16, 12), "text-padding": 8,
      },
      paint: { "text-color": c.green },
    }),
    text("stream-names", "streams", { minzoom: 14, layout: { ...along, "text-size": 10.5 }, paint: { "text-color": c.waterText } }),
    text("river-names", "rivers", {
      minzoom: 11, layout: { ...along, "text-size": size(11, 11, 16, 14), "text-letter-spacing": 0.12 }, paint: { "text-color": c.waterText },
    }),
    text("water-names", "water", { minzoom: 14, layout: { "text-size": 11, "text-max-width": 7 }, paint: { "text-color": c.waterText } }),
    text("minor-road-names", "roads_minor", {
      filter: kindIs("service", "pedestrian", "track"), minzoom: 15.5, layout: { ...along, "text-size": size(15, 9.5, 18, 12) },
      paint: { "text-color": c.softText },
    }),
    text("street-names", "roads", { minzoom: 14, layout: { ...along, "text-size": size(14, 9.5, 18, 13) } }),
    text("main-road-names", "roads_major", {
      filter: not(kindIs("ferry")), minzoom: 13, layout: { ...along, "text-size": size(13, 10, 18, 14) },
    }),
    ...["roads_minor", "roads", "roads_major"].map((layer) => text(`oneway-${layer}`, layer, {
      filter: ["in", ["get", "oneway"], ["literal", [1, -1]]], minzoom: 16,
      layout: {
        ...along, "text-field": ["match", ["get", "oneway"], -1, "←", "→"], "text-size": size(16, 11, 19, 16),
        "text-keep-upright": false, "text-rotation-alignment": "map", "text-pitch-alignment": "map", "symbol-spacing": 140,
      },
      paint: { "text-color": c.softText, "text-halo-width": 0 },
    })),
    place("hamlets", "places", ["hamlet", "isolated_dwelling", "neighbourhood", "quarter", "suburb"], 12.5,
      size(12, 10.5, 16, 14), { "text-letter-spacing": 0.04 }, { "text-color": c.softText }),
    place("villages", "places", ["village"], 9, size(9, 10.5, 13, 14, 16, 18)),
    place("towns", "cities", ["town"], 7, size(7, 11, 10, 13.5, 13, 18, 16, 22)),
    place("cities", "cities", ["city"], 4, size(4, 11, 10, 18, 14, 24)),
  ];
}

/**
 * The MapLibre style of the base map.
 *
 * @param {object} options
 * @param {string} options.tilesUrl address of the area's PMTiles file, relative to the page or absolute;
 *   the "pmtiles" protocol must be registered with MapLibre before the map is made.
 * @param {string} options.attribution shown in the map's corner; OpenStreetMap's license asks for it.
 * @param {boolean} [options.dark] whether the page is dark.
 * @returns {object} a style; routes and stops belong under its first symbol layer, FIRST_LABEL.
 */
export function basemapStyle({ tilesUrl, attribution, dark = false }) {
  const c = dark ? DARK : LIGHT;
  return {
    version: 8,
    name: dark ? "doorstep dark" : "doorstep",
    sources: {
      base: { type: "vector", url: `pmtiles://${new URL(tilesUrl, document.baseURI).href}`, attribution },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": c.land } },
      ...landLayers(c),
      ...waterLayers(c),
      ...buildingLayers(c),
      ...pathLayers(c),
      ...roadLayers(c),
      ...railLayers(c),
      ...boundaryLayers(c),
      ...labelLayers(c),
    ],
  };
}

/** Id of the lowest label layer: `map.addLayer(route, FIRST_LABEL)` keeps the labels readable over a route. */
export const FIRST_LABEL = "house-numbers";
