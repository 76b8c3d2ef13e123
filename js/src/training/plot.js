// One plot of the chart: uPlot's canvas, a key that tells the values under the pointer, arrow keys for who has none.

import { element, svgElement } from "../shared/dom.js";
import { formatValue } from "../shared/values.js";
import { axis, firstGap, isLog, isValidation, newest, told } from "./run.js";
import uPlot from "./uplot.js";

const HEIGHT = 190;
const MARKED = 60;
// Okabe and Ito's colours, those that stand out from a light page and those that do from a dark one.
const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DARK = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2"];

const NO_NUMBER = "#d55e00";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Panel} Panel */
/** @typedef {import("./run.js").Point} Point */

/** A colour that follows the page: the ink tells whether it is dark.
 * @param {Element} node @param {number} number */
export function colour(node, number) {
  const channels = (getComputedStyle(node).color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  const bright = channels.length === 3 && channels.reduce((sum, one) => sum + one, 0) > 384;
  const palette = bright ? DARK : LIGHT;
  return palette[number % palette.length] ?? "#787878";
}

/** The curves over one axis. A value that is no number is a gap, and so is one that a log scale has no place for.
 * @param {Panel} panel @param {Run} run @param {boolean} log */
export function joined(panel, run, log) {
  const { unit, epoch } = axis(run);
  const table = (/** @type {Point[]} */ points, /** @type {number} */ factor) => /** @type {[number[], (number | null)[]]} */ ([
    points.map(([x]) => x * factor),
    points.map(([, y]) => (Number.isFinite(y) && (y > 0 || !log) ? y : null)),
  ]);
  const tables = panel.series.flatMap((series) => [table(series.batches, 1 / unit), table(series.epochs, epoch)]);
  return uPlot.join(tables);
}

/** The value of a series nearest to a place on the axis: of a batch, or of an epoch where there are no batches.
 * @param {import("./run.js").Series} series @param {number} x @param {Run} run @returns {number | null} */
export function nearest(series, x, run) {
  const { unit, epoch } = axis(run), byBatch = series.batches.length > 0;
  const points = byBatch ? series.batches : series.epochs, at = byBatch ? x * unit : x / epoch;
  let best = null, distance = Infinity;
  for (const [place, value] of points) {
    if (Math.abs(place - at) < distance) [best, distance] = [value, Math.abs(place - at)];
  }
  return best;
}

/** A place on the axis in words. @param {number} x @param {Run} run @param {import("../shared/texts.js").Texts} _ */
export function whereWords(x, run, _) {
  const { unit, byEpoch } = axis(run), batch = Math.max(1, Math.round(x * unit));
  if (!byEpoch) return _("batch {batch}", { batch: batch.toLocaleString("en") });
  const epoch = Math.max(1, Math.ceil(batch / unit - 1e-9)), within = batch - (epoch - 1) * unit;
  return `${_("epoch {epoch}", { epoch: String(epoch) })} · ${_("batch {batch}", { batch: String(Math.round(within)) })}`;
}

export class Plot {
  /** @param {HTMLElement} root where the page's ink is asked, and what the plot is drawn into */
  constructor(root) {
    this.root = root;
    this.node = element("div", { class: "tfnb-training-panel" });
    this.title = element("span", { class: "tfnb-training-panel-title" });
    this.key = element("span", { class: "tfnb-training-key" });
    this.where = element("span", { class: "tfnb-training-where" });
    this.head = element("div", { class: "tfnb-training-panel-head" });
    this.head.append(this.title, this.key);
    this.canvas = element("div", { class: "tfnb-training-canvas", role: "slider", tabindex: "0", "aria-valuemin": "0" });
    this.node.append(this.head, this.canvas, this.where);
    /** @type {uPlot | null} */
    this.plot = null;
    this.shape = "";
    /** @type {number | null} */
    this.at = null;
    // Whether the arrow keys have set the place: then it is exact, not that of a pixel.
    this.byKey = false;
    /** @type {Panel | null} */
    this.panel = null;
    /** @type {Run | null} */
    this.run = null;
    // Notebook 7 takes the arrow keys for itself before they get here, unless the window hears them first.
    const listen = (/** @type {KeyboardEvent} */ event) => this.moved(event);
    this.deafen = () => window.removeEventListener("keydown", listen, true);
    this.canvas.addEventListener("focus", () => window.addEventListener("keydown", listen, true));
    this.canvas.addEventListener("blur", () => {
      this.deafen();
      this.point(null);
    });
    this.canvas.addEventListener("mousemove", () => {
      this.byKey = false;
    }, true);
  }

  /** @param {Panel} panel @param {Run} run @param {import("../shared/texts.js").Texts} _ */
  draw(panel, run, _) {
    this.panel = panel;
    this.run = run;
    this.texts = _;
    this.title.textContent = panel.title;
    this.canvas.setAttribute("aria-label", `${panel.title}: ${told(panel, _)}`);
    const width = Math.floor(this.node.clientWidth);
    this.say();
    if (width < 60) return;
    const log = isLog(panel, run);
    const data = joined(panel, run, log);
    if (!data[0]?.length) return;
    const marked = panel.series.map((series) => series.epochs.length <= MARKED);
    const shape = JSON.stringify([panel.series.map((series) => [series.name, series.epochs.length > 1]), marked, log, axis(run).byEpoch, _.language]);
    if (this.plot && shape === this.shape) {
      if (this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
      this.plot.setData(data);
      return;
    }
    this.shape = shape;
    this.plot?.destroy();
    this.plot = new uPlot(this.options(panel, run, log, width, marked), data, this.canvas);
  }

  /** @param {Panel} panel @param {Run} run @param {boolean} log @param {number} width @param {boolean[]} marked @returns {uPlot.Options} */
  options(panel, run, log, width, marked) {
    const ink = () => getComputedStyle(this.root).color;
    const faded = () => `color-mix(in srgb, ${ink()} 18%, transparent)`;
    const font = "11px " + getComputedStyle(this.root).fontFamily;
    const line = { stroke: ink, font, ticks: { stroke: faded, size: 4, width: 1 }, grid: { stroke: faded, width: 1 } };
    const series = panel.series.flatMap((one, number) => {
      const stroke = () => colour(this.root, number), dash = isValidation(one.name) ? [6, 3] : [];
      const behind = one.epochs.length > 1;
      return [
        { label: one.name, stroke, dash, width: behind ? 1 : 2, alpha: behind ? 0.55 : 1, points: { show: one.batches.length === 1 } },
        { label: one.name, stroke, dash, width: 2, points: { show: Boolean(marked[number]), size: 6, fill: stroke, stroke } },
      ];
    });
    return {
      width, height: HEIGHT, series: [{}, ...series], legend: { show: false }, pxAlign: 0,
      scales: { x: { time: false, range: (_plot, low, high) => [low, high > low ? high : low + 1] }, y: log ? { distr: 3, log: 10 } : {} },
      axes: [
        { ...line, size: 26, gap: 2, space: 60, incrs: STEPS, values: (_plot, splits) => splits.map(formatValue) },
        { ...line, size: 52, gap: 4, space: 34, values: (_plot, splits) => splits.map((value) => (value === null ? "" : formatValue(value))) },
      ],
      cursor: { drag: { x: false, y: false }, points: { size: 7 }, y: false },
      hooks: { setCursor: [(plot) => this.pointed(plot)], draw: [(plot) => this.mark(plot)] },
    };
  }

  /** Where a value stopped being a number. @param {uPlot} plot */
  mark(plot) {
    const gap = this.panel && this.run ? firstGap(this.panel) : null;
    if (gap === null || !this.run) return;
    const x = plot.valToPos(gap / axis(this.run).unit, "x", true), { top, height } = plot.bbox, { ctx } = plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = NO_NUMBER;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.font = `bold ${11 * devicePixelRatio}px sans-serif`;
    ctx.textAlign = "right";
    ctx.textBaseline = "top";
    ctx.fillText("NaN", x - 4 * devicePixelRatio, top + 2);
    ctx.restore();
  }

  /** @param {uPlot} plot */
  pointed(plot) {
    if (this.byKey) return;
    const left = plot.cursor.left ?? -1;
    this.at = left < 0 ? null : plot.posToVal(left, "x");
    this.say();
  }

  /** Point at a place of the axis; null to stop pointing. @param {number | null} x */
  point(x) {
    const plot = this.plot;
    if (!plot) return;
    this.byKey = x !== null;
    this.at = x;
    this.say();
    plot.setCursor(x === null ? { left: -10, top: -10 } : { left: plot.valToPos(x, "x"), top: 10 });
  }

  /** @param {KeyboardEvent} event */
  moved(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const xs = [...(this.plot?.data[0] ?? [])], last = xs[xs.length - 1];
    if (last === undefined) return;
    const now = this.at ?? last, index = xs.reduce((best, x, place) => (Math.abs(x - now) < Math.abs((xs[best] ?? 0) - now) ? place : best), 0);
    const stride = event.shiftKey ? Math.max(1, Math.round(xs.length / 20)) : 1;
    const target = { ArrowLeft: index - stride, ArrowRight: index + stride, Home: 0, End: xs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.point(xs[Math.min(xs.length - 1, Math.max(0, target))] ?? null);
  }

  /** The key: each name with its value under the pointer, else its last one. */
  say() {
    const { panel, run, texts } = this;
    if (!panel || !run || !texts) return;
    const at = this.at;
    while (this.key.childElementCount > panel.series.length) this.key.lastElementChild?.remove();
    panel.series.forEach((series, number) => {
      const entry = this.key.children[number] ?? this.key.appendChild(keyEntry());
      const value = at === null ? newest(series, run) : nearest(series, at, run);
      const line = entry.querySelector("line"), words = entry.querySelector("span");
      line?.setAttribute("stroke", colour(this.root, number));
      line?.setAttribute("stroke-dasharray", isValidation(series.name) ? "5 3" : "none");
      if (words) words.textContent = value === null ? series.name : `${series.name} ${formatValue(value)}`;
    });
    this.where.textContent = at !== null ? whereWords(at, run, texts) : axis(run).byEpoch ? texts("epoch") : texts("batch");
    const xs = this.plot?.data[0];
    this.canvas.setAttribute("aria-valuemax", String(xs?.[xs.length - 1] ?? 1));
    this.canvas.setAttribute("aria-valuenow", String(at ?? xs?.[xs.length - 1] ?? 0));
    this.canvas.setAttribute("aria-valuetext", [this.where.textContent, this.key.textContent].filter(Boolean).join(": "));
  }

  /** Draw anew in the colours of the page. */
  recolour() {
    this.say();
    this.plot?.redraw(false);
  }

  close() {
    this.deafen();
    this.plot?.destroy();
    this.node.remove();
  }
}

// Steps of the axis below: an epoch or a batch is a whole one.
const STEPS = [1, 2, 5].flatMap((one) => [0, 1, 2, 3, 4, 5, 6].map((power) => one * 10 ** power)).sort((a, b) => a - b);

function keyEntry() {
  const entry = element("span", { class: "tfnb-training-key-entry" });
  const swatch = svgElement("svg", { width: "22", height: "8", "aria-hidden": "true" });
  swatch.append(svgElement("line", { x1: "0", x2: "22", y1: "4", y2: "4", "stroke-width": "2.5" }));
  entry.append(swatch, element("span", {}));
  return entry;
}
