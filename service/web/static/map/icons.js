/** Pictures on the map, drawn when the map first asks for one. Their ids say what they show. */

const RATIO = 3;

/** Id of a badge of some segments, each a collector's: {label, colour, striped}. */
export const badgeId = (segments, ink, size) => ["badge", ink, size, ...segments.map(
  ({ label, colour, striped }) => `${label}~${colour}~${striped ? 1 : 0}`,
)].join("|");
/** Id of the arrowhead along a line. */
export const arrowId = (ink) => `arrow|${ink}`;
/** Id of the place where a day starts or ends. */
export const depotId = (ink, paper) => `depot|${ink}|${paper}`;
/** Id of a case that is on no route. */
export const unassignedId = (ink, paper, chosen) => `unassigned|${ink}|${paper}|${chosen ? 1 : 0}`;

/** Draw the picture of an id, as what `map.addImage` takes; null for an id of someone else. */
export function drawIcon(id) {
  const [kind, ...rest] = id.split("|");
  const draw = { badge, arrow, depot, unassigned }[kind];
  return draw ? draw(...rest) : null;
}

/** Pixels of the map's pictures a pixel of the page. */
export const ICON_RATIO = RATIO;

function canvas(width, height) {
  const element = document.createElement("canvas");
  element.width = Math.ceil(width * RATIO);
  element.height = Math.ceil(height * RATIO);
  const pen = element.getContext("2d", { willReadFrequently: true });
  pen.scale(RATIO, RATIO);
  return { pen, done: () => pen.getImageData(0, 0, element.width, element.height) };
}

function pill(pen, x, y, width, height, radius) {
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
}

/** Width of a badge's own shape, without its rim, in pixels. */
export const badgeWidth = (segments, size) => segments.reduce((sum, { label }) => sum + segmentWidth(label, size), 0);

const badgeFont = (size) => `700 ${size * 0.55}px system-ui, "Noto Sans", Arial, sans-serif`;
const ruler = document.createElement("canvas").getContext("2d");
const textWidths = new Map();

function segmentWidth(label, size) {
  const text = `${size}|${label}`;
  if (!textWidths.has(text)) {
    ruler.font = badgeFont(size);
    textWidths.set(text, ruler.measureText(label).width);
  }
  return Math.max(size, size * 0.4 + textWidths.get(text));
}

function badge(ink, sizeText, ...encoded) {
  const size = Number(sizeText);
  const segments = encoded.map((text) => text.split("~")).map(([label, colour, striped]) => ({ label, colour, striped: striped === "1" }));
  const width = badgeWidth(segments, size);
  const { pen, done } = canvas(width + 6, size + 6);
  pen.shadowColor = "rgba(10, 15, 25, 0.35)";
  pen.shadowBlur = 2 * RATIO;
  pen.shadowOffsetY = 0.5 * RATIO;
  pill(pen, 2, 2, width + 2, size + 2, (size + 2) / 2);
  pen.fillStyle = ink;
  pen.fill();
  pen.shadowColor = "transparent";
  pen.font = badgeFont(size);
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  let left = 3;
  segments.forEach((segment, index) => {
    drawSegment(pen, segment, { ink, size, left, first: index === 0, last: index === segments.length - 1 });
    left += segmentWidth(segment.label, size);
  });
  return done();
}

/** One collector's part of a badge: round where the badge ends, straight where the next one begins. */
function drawSegment(pen, { label, colour, striped }, { ink, size, left, first, last }) {
  const width = segmentWidth(label, size);
  const shape = (inset, fill) => {
    const radius = (size - 2 * inset) / 2;
    const [west, east] = [first ? radius : 0, last ? radius : 0];
    pill(pen, left + inset + (first ? 0 : 0.5), 3 + inset, width - 2 * inset - (first ? 0 : 0.5) - (last ? 0 : 0.5), size - 2 * inset, [west, east, east, west]);
    pen.fillStyle = fill;
    pen.fill();
  };
  shape(0, colour);
  if (striped) shape(2, ink);
  pen.fillStyle = striped ? colour : ink;
  pen.fillText(label, left + width / 2, 3 + size / 2 + size * 0.2);
}

function arrow(ink) {
  const { pen, done } = canvas(12, 12);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.9;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(4.6, 2.9);
  pen.lineTo(7.7, 6);
  pen.lineTo(4.6, 9.1);
  pen.stroke();
  return done();
}

function depot(ink, paper) {
  const { pen, done } = canvas(30, 30);
  pen.shadowColor = "rgba(10, 15, 25, 0.35)";
  pen.shadowBlur = 2 * RATIO;
  pill(pen, 2, 2, 26, 26, 8);
  pen.fillStyle = paper;
  pen.fill();
  pen.shadowColor = "transparent";
  pill(pen, 3.5, 3.5, 23, 23, 6.5);
  pen.fillStyle = ink;
  pen.fill();
  pen.fillStyle = paper;
  pen.beginPath();
  pen.moveTo(15, 8);
  pen.lineTo(22.5, 14.4);
  pen.lineTo(20.5, 14.4);
  pen.lineTo(20.5, 21);
  pen.lineTo(16.8, 21);
  pen.lineTo(16.8, 16.8);
  pen.lineTo(13.2, 16.8);
  pen.lineTo(13.2, 21);
  pen.lineTo(9.5, 21);
  pen.lineTo(9.5, 14.4);
  pen.lineTo(7.5, 14.4);
  pen.closePath();
  pen.fill();
  return done();
}

function unassigned(ink, paper, chosen) {
  const size = chosen === "1" ? 22 : 16;
  const { pen, done } = canvas(size + 4, size + 4);
  const middle = size / 2 + 2;
  pen.beginPath();
  pen.arc(middle, middle, size / 2 + 1, 0, 2 * Math.PI);
  pen.fillStyle = paper;
  pen.fill();
  pen.beginPath();
  pen.arc(middle, middle, size / 2 - 0.6, 0, 2 * Math.PI);
  pen.fillStyle = ink;
  pen.fill();
  const arm = size * 0.17;
  pen.strokeStyle = paper;
  pen.lineWidth = size * 0.11;
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(middle - arm, middle - arm);
  pen.lineTo(middle + arm, middle + arm);
  pen.moveTo(middle + arm, middle - arm);
  pen.lineTo(middle - arm, middle + arm);
  pen.stroke();
  return done();
}
