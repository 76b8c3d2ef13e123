// The live training chart: where a run stands, its curves, buttons that set wishes. It draws what the Python side says.

import plotStyle from "uplot/dist/uPlot.min.css";
import style from "./shared/training.css";
import { element, svgElement } from "./shared/dom.js";
import { texts } from "./shared/texts.js";
import { Plot } from "./training/plot.js";
import { numbersTable, panels, placeWords, progress, reading, stateWords } from "./training/run.js";

const TRAITS = [
  "title", "state", "reason", "note", "epoch", "epochs", "batch", "batches", "elapsed", "remaining", "learning_rate",
  "tensors", "in_use", "log", "reachable", "deaf", "language", "series", "points",
];
// Where no answer came for so long, the kernel does not listen while a cell runs.
const PATIENCE = 2500;
// The first words of a view can get in line behind the running cell: JupyterLab is still opening the way around it.
const HELLOS = [0, 250, 500, 1000, 2000, 4000];
const SPOKEN_EVERY = 2000;
const ICONS = {
  pause: "M2 1h3v10H2zM7 1h3v10H7z", resume: "M2 1l9 5-9 5z", step: "M1 1l6 5-6 5zM8 1h3v10H8z", stop: "M1 1h10v10H1z",
};

/** @typedef {{ get(name: string): any, set(name: string, value: any): void, on(name: string, f: () => void): void, off(name: string, f: () => void): void, send(content: any): void }} Model */

let views = 0;

/** A button with an icon and words; `aria-disabled` keeps it in reach of the keyboard.
 * @param {string} describedBy */
function button(describedBy) {
  const node = element("button", { type: "button", class: "tfnb-training-button", "aria-describedby": describedBy });
  const icon = svgElement("svg", { viewBox: "0 0 12 12", width: "11", height: "11", "aria-hidden": "true" });
  const path = svgElement("path", { fill: "currentColor" });
  icon.append(path);
  const words = element("span", {});
  node.append(icon, words);
  return {
    node,
    set(/** @type {keyof typeof ICONS} */ kind, /** @type {string} */ text, /** @type {boolean} */ enabled) {
      node.dataset["kind"] = kind;
      path.setAttribute("d", ICONS[kind]);
      if (words.textContent !== text) words.textContent = text;
      node.setAttribute("aria-disabled", String(!enabled));
    },
  };
}

/** @param {{ model: Model, el: HTMLElement }} context */
function render({ model, el }) {
  const id = `tfnb-training-${(views += 1)}`;
  const part = (/** @type {string} */ name, /** @type {Record<string, string>} */ more = {}) =>
    element("div", { class: `tfnb-training-${name}`, ...more });
  const root = element("div", { class: "tfnb-training", role: "group", "data-lm-suppress-shortcuts": "true" });
  const sheet = element("style", {});
  sheet.textContent = plotStyle + style;
  const head = part("head"), title = element("span", { class: "tfnb-training-title" });
  const chip = element("span", { class: "tfnb-training-state", role: "status" });
  head.append(title, chip);
  const bar = part("bar", { role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }), done = part("done");
  bar.append(done);
  const place = part("place"), tools = part("tools"), advice = element("span", { class: "tfnb-training-advice", id: `${id}-advice` });
  const hold = button(advice.id), step = button(advice.id), stop = button(advice.id);
  const scale = element("label", { class: "tfnb-training-scale" });
  const box = element("input", { type: "checkbox" }), scaleWords = element("span", {});
  scale.append(box, scaleWords);
  tools.append(hold.node, step.node, stop.node, scale, advice);
  const note = part("note", { role: "alert" }), grid = part("panels");
  const numbers = element("details", { class: "tfnb-training-numbers" }), summary = element("summary", {});
  const table = element("table", {});
  numbers.append(summary, table);
  root.append(sheet, head, bar, place, tools, note, grid, numbers);
  el.append(root);

  /** @type {Plot[]} */
  const plots = [];
  let spokenAt = -Infinity, patient = true, kernelGone = false;
  const draw = () => {
    const run = reading(model), _ = texts(model.get("language"));
    const over = kernelGone || run.state === "ended";
    root.lang = _.language;
    root.dataset["state"] = over ? "ended" : run.state;
    const heading = run.title ? _("Training: {title}", { title: run.title }) : _("Training");
    title.textContent = heading;
    root.setAttribute("aria-label", heading);
    write(chip, kernelGone && run.state !== "ended" ? _("ended with its kernel") : stateWords(run, _));
    const share = progress(run);
    bar.style.display = share === null || over ? "none" : "";
    done.style.width = `${100 * (share ?? 0)}%`;
    place.textContent = placeWords(kernelGone ? { ...run, remaining: null } : run, _).join(" · ");
    write(note, run.note);
    note.style.display = run.note ? "" : "none";
    note.dataset["reason"] = run.reason;
    drawTools(run, over, _);
    drawPanels(run, _);
    const time = performance.now();
    if (time - spokenAt >= SPOKEN_EVERY || over) {
      spokenAt = time;
      bar.setAttribute("aria-label", heading);
      bar.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 0))));
      bar.setAttribute("aria-valuetext", place.textContent);
    }
    summary.textContent = _("Numbers");
    numbers.style.display = run.series.length ? "" : "none";
    if (numbers.open) drawTable(run, _);
  };

  /** @param {ReturnType<typeof reading>} run @param {boolean} over @param {import("./shared/texts.js").Texts} _ */
  const drawTools = (run, over, _) => {
    const works = run.reachable && !over && run.state !== "stopping";
    if (run.state === "paused") hold.set("resume", _("Go on"), works);
    else hold.set("pause", _("Pause"), works);
    step.set("step", _("One step"), works);
    stop.set("stop", _("Stop"), works);
    scaleWords.textContent = _("log scale");
    box.checked = run.log;
    let words = "";
    if (kernelGone) words = _("The run is over: its kernel is gone.");
    else if (over) words = _("The run is over.");
    else if (!run.reachable && !patient) {
      words = model.get("deaf") === true
        ? _("This kernel does not hear buttons while a cell runs: use Jupyter's Stop, or install ipykernel 7.")
        : _("This kernel does not hear buttons while a cell runs: use Jupyter's Stop, or train with `await model.fit_async(…)`.");
    }
    write(advice, words);
  };

  /** @param {ReturnType<typeof reading>} run @param {import("./shared/texts.js").Texts} _ */
  const drawPanels = (run, _) => {
    const wanted = panels(run);
    while (plots.length > wanted.length) plots.pop()?.close();
    wanted.forEach((panel, number) => {
      let plot = plots[number];
      if (!plot) {
        plot = new Plot(root);
        plots.push(plot);
        grid.append(plot.node);
        sizes?.observe(plot.node);
      }
      plot.draw(panel, run, _);
    });
  };

  /** @param {ReturnType<typeof reading>} run @param {import("./shared/texts.js").Texts} _ */
  const drawTable = (run, _) => {
    const { head: names, rows } = numbersTable(run, _);
    const first = element("tr", {});
    for (const name of names) first.append(words("th", name, { scope: "col" }));
    const made = rows.map((cells) => {
      const row = element("tr", {});
      cells.forEach((cell, number) => row.append(number ? words("td", cell) : words("th", cell, { scope: "row" })));
      return row;
    });
    table.replaceChildren(first, ...made);
  };

  // Many traits change in one message; the frame after it draws once.
  let waiting = 0;
  const later = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      draw();
    });
  };
  const heard = () => {
    kernelGone = false;
    later();
  };
  // Jupyter's widgets say so when their kernel restarts; whoever still gets news has a kernel.
  const gone = () => {
    kernelGone = true;
    later();
  };
  const sizes = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(later);
  const recolour = () => requestAnimationFrame(() => plots.forEach((plot) => plot.recolour()));
  const theme = new MutationObserver(recolour);
  theme.observe(document.body, { attributes: true });
  const press = (/** @type {HTMLElement} */ node) => node.addEventListener("click", () => {
    if (node.getAttribute("aria-disabled") === "false") model.send({ kind: node.dataset["kind"] });
  });
  for (const { node } of [hold, step, stop]) press(node);
  box.addEventListener("change", () => {
    model.set("log", box.checked);
    model.send({ kind: "log", on: box.checked });
  });
  numbers.addEventListener("toggle", later);
  for (const name of TRAITS) model.on(`change:${name}`, heard);
  model.on("comm_live_update", gone);
  draw();
  const patience = setTimeout(() => {
    patient = false;
    draw();
  }, PATIENCE);
  const hellos = HELLOS.map((delay) => setTimeout(() => {
    if (delay === 0 || (model.get("reachable") !== true && model.get("state") !== "ended")) model.send({ kind: "view" });
  }, delay));
  return () => {
    hellos.forEach(clearTimeout);
    for (const name of TRAITS) model.off(`change:${name}`, heard);
    model.off("comm_live_update", gone);
    clearTimeout(patience);
    cancelAnimationFrame(waiting);
    sizes?.disconnect();
    theme.disconnect();
    plots.forEach((plot) => plot.close());
    root.remove();
  };
}

/** Words that change only when they change, so that a screen reader does not say them again.
 * @param {HTMLElement} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {"td" | "th"} tag @param {string} text @param {Record<string, string>} attributes */
function words(tag, text, attributes = {}) {
  const made = element(tag, attributes);
  made.textContent = text;
  return made;
}

export default { render };
