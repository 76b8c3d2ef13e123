// A training run as the model has it: numbers, curves, and what one can say about them. No page is touched here.

import { formatBytes } from "../shared/bytes.js";
import { duration } from "../shared/durations.js";
import { formatValue } from "../shared/values.js";

const PANELS = 6;
const VALIDATION = "val_", LOSS = "loss";
const HEAD_ROWS = 3, TAIL_ROWS = 20;

/** @typedef {[number, number]} Point */
/** @typedef {{ name: string, batches: Point[], epochs: Point[] }} Series */
/** @typedef {{ title: string, series: Series[] }} Panel */
/** @typedef {import("../shared/texts.js").Texts} Texts */
/** @typedef {ReturnType<typeof reading>} Run */

/** The run; whatever is no sensible value counts as not known.
 * @param {{ get(name: string): any }} model */
export function reading(model) {
  const count = (/** @type {string} */ name) => Math.max(0, number(model.get(name)) ?? 0);
  const text = (/** @type {string} */ name) => String(model.get(name) ?? "");
  return {
    title: text("title"), state: text("state"), reason: text("reason"), note: text("note"),
    epoch: count("epoch"), epochs: number(model.get("epochs")), batch: count("batch"), batches: number(model.get("batches")),
    elapsed: count("elapsed"), remaining: number(model.get("remaining")), learningRate: number(model.get("learning_rate")),
    tensors: count("tensors"), inUse: count("in_use"), log: model.get("log") === true,
    reachable: model.get("reachable") === true, series: unpacked(model.get("series"), model.get("points")),
  };
}

/** @param {unknown} value */
function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The curves from their 32-bit numbers, as `packed` in tfnb/notebook/training_chart.py puts them.
 * @param {unknown} series @param {unknown} points @returns {Series[]} */
export function unpacked(series, points) {
  if (!Array.isArray(series) || !ArrayBuffer.isView(points)) return [];
  const bytes = new Uint8Array(points.buffer, points.byteOffset, points.byteLength - (points.byteLength % 4)).slice();
  const numbers = new Float32Array(bytes.buffer);
  let at = 0;
  const take = (/** @type {unknown} */ count) => {
    /** @type {Point[]} */
    const taken = [];
    for (let left = Number(count) || 0; left > 0 && at + 1 < numbers.length; left -= 1, at += 2) {
      taken.push([Number(numbers[at]), Number(numbers[at + 1])]);
    }
    return taken;
  };
  return series.filter(Array.isArray).map(([name, batches, epochs]) =>
    ({ name: String(name), batches: take(batches), epochs: take(epochs) }));
}

/** The plots: one for the losses, one for each other metric, its validation beside it.
 * @param {Run} run @returns {Panel[]} */
export function panels(run) {
  /** @type {Map<string, Series[]>} */
  const groups = new Map();
  for (const series of run.series) {
    const base = series.name.startsWith(VALIDATION) ? series.name.slice(VALIDATION.length) : series.name;
    const title = base.endsWith(LOSS) ? LOSS : base;
    groups.set(title, [...(groups.get(title) ?? []), series]);
  }
  const made = [...groups].map(([title, series]) => ({ title, series }));
  return [...made.filter((one) => one.title === LOSS), ...made.filter((one) => one.title !== LOSS)].slice(0, PANELS);
}

/** Whether a plot is drawn on a log scale: that of the losses, or all where there are none; none without a positive value.
 * @param {Panel} panel @param {Run} run */
export function isLog(panel, run) {
  if (!run.log || (panel.title !== LOSS && panels(run).some((one) => one.title === LOSS))) return false;
  return panel.series.some((series) => [...series.batches, ...series.epochs].some(([, y]) => y > 0));
}

/** @param {string} name */
export const isValidation = (name) => name.startsWith(VALIDATION);

/** How many batches the axis counts as one (those of an epoch where there are several), and how long an epoch is on it.
 * @param {Run} run */
export function axis(run) {
  const unit = ((run.epochs ?? 0) > 1 || run.epoch > 1) && run.batches ? run.batches : 1;
  return { unit, epoch: unit > 1 ? 1 : run.batches ?? 1, byEpoch: unit > 1 };
}

/** The newest value of a series: of the running epoch's last batch, or of the epoch that is over.
 * @param {Series} series @param {Run} run @returns {number | null} */
export function newest(series, run) {
  const batch = series.batches[series.batches.length - 1], epoch = series.epochs[series.epochs.length - 1];
  if (!batch || !epoch) return (batch ?? epoch)?.[1] ?? null;
  return epoch[0] * (run.batches ?? Infinity) >= batch[0] ? epoch[1] : batch[1];
}

/** The first batch at which some series of a plot is no number; null where all are.
 * @param {Panel} panel */
export function firstGap(panel) {
  const places = panel.series.flatMap((series) => series.batches.filter(([, y]) => !Number.isFinite(y)).slice(0, 1).map(([x]) => x));
  return places.length ? Math.min(...places) : null;
}

/** The part of the run that is done, 0 to 1; null where nobody knows.
 * @param {Run} run */
export function progress(run) {
  if (!run.epochs || !run.batches) return null;
  return Math.min(1, (Math.max(0, run.epoch - 1) * run.batches + run.batch) / (run.epochs * run.batches));
}

/** How the run stands. @param {Run} run @param {Texts} _ */
export function stateWords(run, _) {
  const state = run.state === "ended" ? run.reason : run.state;
  switch (state) {
    case "running": return _("running");
    case "paused": return _("paused");
    case "stopping": return _("stopping after this batch");
    case "done": return _("done");
    case "stopped": return _("stopped");
    case "interrupted": return _("interrupted");
    case "nan": return _("ended: a value is not a number");
    case "early": return _("ended early");
    case "error": return _("ended by an error");
    default: return _("ended");
  }
}

/** Epoch and batch, time, learning rate, memory. @param {Run} run @param {Texts} _ @returns {string[]} */
export function placeWords(run, _) {
  const said = [], epoch = String(run.epoch), batch = run.batch.toLocaleString("en");
  if (run.epochs) said.push(_("epoch {epoch} of {epochs}", { epoch, epochs: String(run.epochs) }));
  else if (run.epoch) said.push(_("epoch {epoch}", { epoch }));
  if (run.batches) said.push(_("batch {batch} of {batches}", { batch: String(run.batch), batches: String(run.batches) }));
  else if (run.batch) said.push(_("batch {batch}", { batch }));
  if (run.elapsed) said.push(duration(run.elapsed, _));
  if (run.remaining !== null && run.state !== "ended") said.push(_("about {time} left", { time: duration(run.remaining, _) }));
  if (run.learningRate !== null) said.push(_("learning rate {rate}", { rate: formatValue(run.learningRate) }));
  const tensors = run.tensors === 1 ? _("1 tensor") : _("{count} tensors", { count: run.tensors.toLocaleString("en") });
  if (run.tensors) said.push(_("{tensors}, {amount}", { tensors, amount: formatBytes(run.inUse) }));
  return said;
}

/** A plot in a sentence. @param {Panel} panel @param {Texts} _ */
export function told(panel, _) {
  return panel.series.map(({ name, batches, epochs }) => {
    const points = epochs.length ? epochs : batches, first = points[0], last = points[points.length - 1];
    if (!first || !last) return name;
    return points.length > 1 ? _("{name} from {first} to {last}", { name, first: formatValue(first[1]), last: formatValue(last[1]) })
      : _("{name} {last}", { name, last: formatValue(last[1]) });
  }).join(_(", "));
}

/** The numbers as a table: by epoch if there are several, else the ends and extremes of each name.
 * @param {Run} run @param {Texts} _ @returns {{ head: string[], rows: string[][] }} */
export function numbersTable(run, _) {
  const epochs = [...new Set(run.series.flatMap((series) => series.epochs.map(([epoch]) => epoch)))].sort((a, b) => a - b);
  if (epochs.length > 1) {
    const shown = run.series.filter((series) => series.epochs.length);
    const values = shown.map((series) => new Map(series.epochs));
    const value = (/** @type {Map<number, number>} */ one, /** @type {number} */ epoch) => {
      const found = one.get(epoch);
      return found === undefined ? "–" : formatValue(found);
    };
    const row = (/** @type {number} */ epoch) => [formatValue(epoch), ...values.map((one) => value(one, epoch))];
    const long = epochs.length > HEAD_ROWS + TAIL_ROWS + 1;
    const rows = long ? [...epochs.slice(0, HEAD_ROWS).map(row), ["…", ...shown.map(() => "…")], ...epochs.slice(-TAIL_ROWS).map(row)]
      : epochs.map(row);
    return { head: [_("epoch"), ...shown.map((series) => series.name)], rows };
  }
  const rows = run.series.map((series) => ({ name: series.name, points: series.batches.length ? series.batches : series.epochs }))
    .filter(({ points }) => points.length).map(({ name, points }) => {
      const known = points.map((point) => point[1]).filter(Number.isFinite);
      const ends = [points[0]?.[1] ?? NaN, points[points.length - 1]?.[1] ?? NaN];
      const least = known.length ? Math.min(...known) : NaN, greatest = known.length ? Math.max(...known) : NaN;
      return [name, ...[ends[0], least, greatest, ends[1]].map((amount) => formatValue(Number(amount)))];
    });
  return { head: [_("name"), _("first"), _("least"), _("greatest"), _("last")], rows };
}
