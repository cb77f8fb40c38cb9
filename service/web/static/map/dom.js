/** Building page elements without HTML text, so that nothing from a plan is ever read as markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 *
 * @param {string} name tag, with classes after dots: "li.stop.is-first".
 * @param {object} [attributes] `on…` are listeners; null and false leave an attribute out.
 * @param {...(Node|string|null|Array)} children
 */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name.split(".")[0]), name, attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name.split(".")[0]), name, attributes, children);
}

function fill(element, name, attributes, children) {
  const classes = name.split(".").slice(1);
  if (classes.length) element.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Give an element the colours of a collector, for both themes; the style sheet picks. */
export function paint(element, style) {
  element.style.setProperty("--light", style.light);
  element.style.setProperty("--dark", style.dark);
  element.classList.add("painted");
  element.classList.toggle("striped", style.striped);
  return element;
}
