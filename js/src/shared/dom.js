// Elements made by name, so that no text is ever read as markup.

/** @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string>} attributes @returns {HTMLElementTagNameMap[K]} */
export function element(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** @template {keyof SVGElementTagNameMap} K
 * @param {K} tag @param {Record<string, string>} attributes @returns {SVGElementTagNameMap[K]} */
export function svgElement(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
