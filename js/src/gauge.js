// The live gauge of tensor memory. It draws what the Python side says and says nothing back but "a view is here".

import style from "./shared/gauge.css";
import { formatBytes } from "./shared/bytes.js";
import { element, svgElement } from "./shared/dom.js";
import { texts } from "./shared/texts.js";

const SPARK = { width: 440, height: 36 };
const TRAITS = ["in_use", "pool", "peak", "total", "process", "scale", "renderer", "device", "language", "history"];
// A meter that spoke at every change would drown a screen reader.
const SPOKEN_EVERY = 2000;

/** @typedef {{ get(name: string): any, on(name: string, f: () => void): void, off(name: string, f: () => void): void, send(content: any): void }} Model */

/** Amounts as the model has them; anything that is no sensible number counts as 0.
 * @param {Model} model */
export function reading(model) {
  const amount = (/** @type {string} */ name) => {
    const value = Number(model.get(name));
    return Number.isFinite(value) && value > 0 ? value : 0;
  };
  return {
    inUse: amount("in_use"), pool: amount("pool"), peak: amount("peak"), total: amount("total"),
    process: amount("process"), scale: Math.max(1, amount("scale")),
    renderer: String(model.get("renderer") ?? ""), device: model.get("device") === "process" ? "process" : "gpu",
    history: history(model.get("history")),
  };
}

/** Points [seconds, bytes] that can be drawn.
 * @param {unknown} points @returns {[number, number][]} */
function history(points) {
  if (!Array.isArray(points)) return [];
  return points.slice(-600)
    .filter((point) => Array.isArray(point) && point.every(Number.isFinite) && point.length === 2)
    .map((point) => [point[0], Math.max(0, point[1])]);
}

/** Whose memory it is, and how much there is.
 * @param {ReturnType<typeof reading>} now @param {(key: string, values?: Record<string, string>) => string} _ */
export function deviceWords(now, _) {
  const { renderer } = now, total = formatBytes(now.total), process = now.process ? formatBytes(now.process) : "?";
  if (now.device === "gpu") {
    return now.total ? _("{renderer}, {total} in all", { renderer, total })
      : _("{renderer}; its driver tells no total, this process takes {process} of the machine's memory", { renderer, process });
  }
  return now.total
    ? _("{renderer}: no memory of a GPU; this process takes {process} of the machine's {total}", { renderer, process, total })
    : _("{renderer}: no memory of a GPU; this process takes {process}", { renderer, process });
}

/** @param {{ model: Model, el: HTMLElement }} context */
function render({ model, el }) {
  const bar = element("div", { class: "tfnb-gauge-bar", role: "meter", "aria-valuemin": "0" });
  const inUse = element("div", { class: "tfnb-gauge-in-use" });
  const pool = element("div", { class: "tfnb-gauge-pool" });
  const peak = element("div", { class: "tfnb-gauge-peak" });
  bar.append(inUse, pool, peak);
  const title = element("div", { class: "tfnb-gauge-title" });
  const cells = ["in_use", "pool", "peak", "end"].map((name) => ({
    head: element("th", { scope: "row", class: `tfnb-gauge-name tfnb-gauge-name-${name}` }),
    value: element("td", { class: "tfnb-gauge-value" }),
  }));
  const table = element("table", { class: "tfnb-gauge-table" });
  const row = element("tr", {});
  for (const { head, value } of cells) row.append(head, value);
  table.append(row);
  const line = svgElement("polyline", { fill: "none", "stroke-width": "1.5", "stroke-linejoin": "round" });
  const spark = svgElement("svg", {
    class: "tfnb-gauge-spark", viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, preserveAspectRatio: "none", role: "img",
  });
  const sparkTitle = svgElement("title", {});
  spark.append(sparkTitle, line);
  const device = element("div", { class: "tfnb-gauge-device" });
  const sheet = element("style", {});
  sheet.textContent = style;
  const root = element("div", { class: "tfnb-gauge", role: "group" });
  root.append(sheet, title, bar, table, spark, device);
  el.append(root);

  let spokenAt = -Infinity;
  const draw = () => {
    const now = reading(model), _ = texts(model.get("language")), share = (/** @type {number} */ n) => `${Math.min(100, (100 * n) / now.scale)}%`;
    root.lang = _.language;
    title.textContent = _("Memory of tensors");
    root.setAttribute("aria-label", _("Memory of tensors"));
    inUse.style.width = share(now.inUse);
    pool.style.width = share(Math.min(now.pool, now.scale - now.inUse));
    peak.style.left = share(now.peak);
    const values = [
      [_("in use"), now.inUse], [_("pool, free"), now.pool], [_("peak"), now.peak], [_("the bar ends at"), now.scale],
    ];
    values.forEach(([name, amount], number) => {
      const cell = cells[number];
      if (!cell) return;
      cell.head.textContent = String(name);
      cell.value.textContent = formatBytes(Number(amount));
    });
    device.textContent = deviceWords(now, _);
    const time = performance.now();
    if (time - spokenAt >= SPOKEN_EVERY) {
      spokenAt = time;
      bar.setAttribute("aria-label", _("in use"));
      bar.setAttribute("aria-valuemax", String(now.scale));
      bar.setAttribute("aria-valuenow", String(Math.min(now.inUse, now.scale)));
      bar.setAttribute("aria-valuetext", `${formatBytes(now.inUse)}, ${_("peak")} ${formatBytes(now.peak)}`);
    }
    drawSpark(now, _);
  };

  /** @param {ReturnType<typeof reading>} now @param {ReturnType<typeof texts>} _ */
  const drawSpark = (now, _) => {
    const points = now.history, first = points[0], last = points[points.length - 1];
    const enough = points.length > 1 && first !== undefined && last !== undefined;
    spark.style.display = enough ? "" : "none";
    if (!enough) return;
    const span = Math.max(1e-9, last[0] - first[0]), most = Math.max(1, ...points.map((point) => point[1]));
    const place = (/** @type {[number, number]} */ [time, bytes]) =>
      `${(((time - first[0]) / span) * SPARK.width).toFixed(1)},${(SPARK.height - 2 - (bytes / most) * (SPARK.height - 4)).toFixed(1)}`;
    line.setAttribute("points", points.map(place).join(" "));
    sparkTitle.textContent = _("in use over the last {seconds} s, at most {amount}", { seconds: span.toFixed(0), amount: formatBytes(most) });
  };

  // Many traits change in one message; the frame after it draws once.
  let waiting = 0;
  const later = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      draw();
    });
  };
  for (const name of TRAITS) model.on(`change:${name}`, later);
  draw();
  model.send({ kind: "view", language: document.documentElement.lang || "" });
  return () => {
    for (const name of TRAITS) model.off(`change:${name}`, later);
    cancelAnimationFrame(waiting);
    root.remove();
  };
}

export default { render };
