// The sentences of the widgets: English ones are the keys, the other languages come from the catalogue made of the .po files.

import catalogue from "./catalogue.json";

/** @typedef {((key: string, values?: Record<string, string>) => string) & { language: string }} Texts */

/** A look-up in a language, "en" where there is no such catalogue; `{names}` in a sentence are filled in.
 * @param {unknown} language @returns {Texts} */
export function texts(language) {
  const known = language === "ja" ? "ja" : "en";
  /** @type {Record<string, string>} */
  const sentences = known === "ja" ? catalogue.ja : {};
  const look = (/** @type {string} */ key, /** @type {Record<string, string>} */ values = {}) =>
    (sentences[key] ?? key).replace(/\{(\w+)\}/g, (whole, /** @type {string} */ name) => values[name] ?? whole);
  return Object.assign(look, { language: known });
}
