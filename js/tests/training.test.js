import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { texts } from "../src/shared/texts.js";
import training from "../src/training.js";
import { joined, nearest, whereWords } from "../src/training/plot.js";
import { axis, firstGap, isLog, newest, numbersTable, panels, placeWords, progress, reading, stateWords, unpacked } from "../src/training/run.js";

// jsdom draws nothing; the plots themselves are looked at in the browser's tests.
vi.mock("../src/training/uplot.js", () => ({
  default: Object.assign(class {
    width = 0;
    destroy() {}
  }, { join: (/** @type {unknown[]} */ tables) => tables }),
}));

/** @param {Record<string, unknown>} state */
function fakeModel(state) {
  /** @type {Map<string, Set<() => void>>} */
  const listeners = new Map();
  /** @type {any[]} */
  const sent = [];
  const model = {
    sent,
    count: () => [...listeners.values()].reduce((n, set) => n + set.size, 0),
    get: (/** @type {string} */ name) => state[name],
    set(/** @type {string | Record<string, unknown>} */ name, /** @type {unknown} */ value = undefined) {
      const more = typeof name === "string" ? { [name]: value } : name;
      Object.assign(state, more);
      for (const one of Object.keys(more)) listeners.get(`change:${one}`)?.forEach((f) => f());
    },
    on(/** @type {string} */ name, /** @type {() => void} */ f) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(f));
    },
    off(/** @type {string} */ name, /** @type {() => void} */ f) {
      listeners.get(name)?.delete(f);
    },
    send: (/** @type {unknown} */ content) => void sent.push(content),
    fire: (/** @type {string} */ name) => listeners.get(name)?.forEach((f) => f()),
  };
  return model;
}

/** Curves as Python packs them. @param {[string, [number, number][], [number, number][]][]} curves */
function curves(curves) {
  const numbers = curves.flatMap(([, batches, epochs]) => [...batches, ...epochs].flat());
  return {
    series: curves.map(([name, batches, epochs]) => [name, batches.length, epochs.length]),
    points: new DataView(new Float32Array(numbers).buffer),
  };
}

const state = () => ({
  title: "digits", state: "running", reason: "", note: "", epoch: 2, epochs: 4, batch: 5, batches: 10, elapsed: 12, remaining: 65,
  learning_rate: 0.001, tensors: 24, in_use: 2 ** 20, log: false, reachable: true, language: "en",
  ...curves([
    ["loss", [[1, 2], [10, 1], [15, 0.5]], [[1, 1.5]]], ["acc", [[15, 0.75]], [[1, 0.5]]],
    ["val_loss", [], [[1, 1.25]]], ["val_acc", [], [[1, 0.5]]],
  ]),
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

/** @param {Record<string, unknown>} more */
function shown(more = {}) {
  const model = fakeModel({ ...state(), ...more }), el = document.createElement("div");
  document.body.append(el);
  return { model, el, close: training.render({ model, el }) };
}
/** @param {Element} el */
const buttons = (el) => Object.fromEntries([...el.querySelectorAll("button")].map((one) => [one.textContent, one]));
const run = (more = {}) => reading(fakeModel({ ...state(), ...more }));
const _ = texts("en");

describe("a run", () => {
  it("has the curves that Python packed", () => {
    const [loss, , validation] = run().series;
    expect(loss).toEqual({ name: "loss", batches: [[1, 2], [10, 1], [15, 0.5]], epochs: [[1, 1.5]] });
    expect(validation?.epochs).toEqual([[1, 1.25]]);
  });

  it("reads curves that do not begin at a multiple of four bytes", () => {
    const buffer = new ArrayBuffer(9);
    new Uint8Array(buffer, 1).set(new Uint8Array(new Float32Array([1, 2]).buffer));
    expect(unpacked([["loss", 1, 0]], new DataView(buffer, 1, 8))[0]?.batches).toEqual([[1, 2]]);
  });

  it("puts validation beside its metric, the loss first", () => {
    const made = panels(run(curves([["acc", [], []], ["loss", [], []], ["val_acc", [], []], ["a_loss", [], []]])));
    expect(made.map((panel) => [panel.title, ...panel.series.map((one) => one.name)])).toEqual([["loss", "loss", "a_loss"], ["acc", "acc", "val_acc"]]);
  });

  it("counts epochs on its axis where there are several, else batches", () => {
    expect(axis(run())).toEqual({ unit: 10, epoch: 1, byEpoch: true });
    expect(axis(run({ epochs: 1, epoch: 1 }))).toEqual({ unit: 1, epoch: 10, byEpoch: false });
    expect(axis(run({ epochs: null, batches: null, epoch: 0 }))).toEqual({ unit: 1, epoch: 1, byEpoch: false });
  });

  it("knows how much is done", () => {
    expect(progress(run())).toBe(15 / 40);
    expect(progress(run({ epochs: null }))).toBeNull();
  });

  it("tells its place in words", () => {
    expect(placeWords(run(), _)).toEqual([
      "epoch 2 of 4", "batch 5 of 10", "12 s", "about 1 min 5 s left", "learning rate 0.001", "24 tensors, 1 MiB",
    ]);
    expect(placeWords(run({ tensors: 1, epochs: null, batches: null, state: "ended" }), _)).toContain("1 tensor, 1 MiB");
  });

  it.each([["running", "", "running"], ["paused", "", "paused"], ["stopping", "", "stopping after this batch"], ["ended", "stopped", "stopped"],
    ["ended", "nan", "ended: a value is not a number"], ["ended", "strange", "ended"]])("says %s %s as %s", (now, reason, words) => {
    expect(stateWords(run({ state: now, reason }), _)).toBe(words);
  });

  it("shows the newest value: of the epoch that is over, or of the one that runs", () => {
    const [loss] = run().series;
    expect(loss && newest(loss, run())).toBe(0.5);
    const [over] = run(curves([["loss", [[1, 2], [10, 1]], [[1, 1.5]]]])).series;
    expect(over && newest(over, run())).toBe(1.5);
  });

  it("draws losses on a log scale, and other metrics only where there is no loss", () => {
    const log = (/** @type {Record<string, unknown>} */ more) => {
      const now = run({ log: true, ...more });
      return panels(now).map((panel) => [panel.title, isLog(panel, now)]);
    };
    expect(log({})).toEqual([["loss", true], ["acc", false]]);
    expect(log(curves([["mae", [[1, 2]], []], ["gain", [[1, -2]], []]]))).toEqual([["mae", true], ["gain", false]]);
  });

  it("finds where a value stopped being a number", () => {
    const [panel] = panels(run(curves([["loss", [[1, 2], [7, NaN], [8, NaN]], []]])));
    expect(panel && firstGap(panel)).toBe(7);
  });

  it("is a table of epochs, or of ends and extremes before there are two", () => {
    expect(numbersTable(run(), _).rows[0]).toEqual(["loss", "2", "0.5", "2", "0.5"]);
    const { head, rows } = numbersTable(run(curves([["loss", [], [[1, 2], [2, 1]]], ["val_loss", [], [[2, 3]]]])), _);
    expect([head, ...rows]).toEqual([["epoch", "loss", "val_loss"], ["1", "2", "–"], ["2", "1", "3"]]);
  });
});

describe("a plot", () => {
  it("leaves a gap for what has no place on it", () => {
    const now = run(curves([["loss", [[1, 2], [2, -1], [3, NaN]], []]])), [panel] = panels(now);
    if (!panel) throw new Error("no panel");
    expect(joined(panel, now, false)).toEqual([[[0.1, 0.2, 0.30000000000000004], [2, -1, null]], [[], []]]);
    expect(joined(panel, now, true)).toEqual([[[0.1, 0.2, 0.30000000000000004], [2, null, null]], [[], []]]);
  });

  it("tells the value nearest to a place", () => {
    const now = run(), [loss, , validation] = now.series;
    if (!loss || !validation) throw new Error("no series");
    expect([nearest(loss, 0.95, now), nearest(validation, 0.95, now)]).toEqual([1, 1.25]);
  });

  it("names a place by epoch and batch", () => {
    expect([whereWords(1.5, run(), _), whereWords(1, run(), _), whereWords(7, run({ epochs: 1, epoch: 1 }), _)])
      .toEqual(["epoch 2 · batch 5", "epoch 1 · batch 10", "batch 7"]);
  });
});

describe("the chart", () => {
  it("says in words how the run stands", () => {
    const { el } = shown();
    for (const text of ["Training: digits", "running", "epoch 2 of 4", "about 1 min 5 s left", "loss 0.5", "val_loss 1.25"]) {
      expect(el.textContent).toContain(text);
    }
    expect(el.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("38");
  });

  it("sends a wish for each button, and only its kind", () => {
    const { model, el } = shown();
    for (const words of ["Pause", "One step", "Stop"]) buttons(el)[words]?.click();
    model.set({ state: "paused" });
    vi.advanceTimersToNextFrame();
    buttons(el)["Go on"]?.click();
    expect(model.sent.filter((one) => one.kind !== "view")).toEqual(["pause", "step", "stop", "resume"].map((kind) => ({ kind })));
  });

  it("greys its buttons until the kernel has heard it, and says why when it does not", () => {
    const { model, el } = shown({ reachable: false });
    expect(Object.values(buttons(el)).map((one) => one.getAttribute("aria-disabled"))).toEqual(["true", "true", "true"]);
    expect(el.textContent).not.toContain("fit_async");
    buttons(el)["Stop"]?.click();
    vi.advanceTimersByTime(3000);
    expect(el.textContent).toContain("does not hear buttons");
    expect(el.textContent).toContain("await model.fit_async");
    expect(new Set(model.sent.map((one) => one.kind))).toEqual(new Set(["view"]));
    model.set({ reachable: true });
    vi.advanceTimersToNextFrame();
    expect(el.textContent).not.toContain("fit_async");
    expect(buttons(el)["Stop"]?.getAttribute("aria-disabled")).toBe("false");
  });

  it("proposes another kernel where this one would not hear it either way", () => {
    const { el } = shown({ reachable: false, deaf: true });
    vi.advanceTimersByTime(3000);
    expect(el.textContent).toContain("install ipykernel 7");
    expect(el.textContent).not.toContain("fit_async");
  });

  it("says again that it is there until it was heard, and no more after", () => {
    const { model } = shown({ reachable: false });
    vi.advanceTimersByTime(600);
    expect(model.sent.length).toBe(3);
    model.set({ reachable: true });
    vi.advanceTimersByTime(60_000);
    expect(model.sent.length).toBe(3);
  });

  it("says that the run is over, and its buttons do nothing", () => {
    const { model, el } = shown({ state: "ended", reason: "done" });
    expect(el.textContent).toContain("The run is over.");
    for (const one of Object.values(buttons(el))) one.click();
    expect(model.sent).toEqual([]);
  });

  it("knows when its kernel is gone", () => {
    const { model, el } = shown();
    model.fire("comm_live_update");
    vi.advanceTimersToNextFrame();
    expect(el.textContent).toContain("The run is over: its kernel is gone.");
    expect(Object.values(buttons(el)).map((one) => one.getAttribute("aria-disabled"))).toEqual(["true", "true", "true"]);
    model.set({ batch: 6 });
    vi.advanceTimersToNextFrame();
    expect(el.textContent).not.toContain("its kernel is gone");
  });

  it("shows the sentence about the end as an alert, as text", () => {
    const { el } = shown({ state: "ended", reason: "nan", note: "<b>NaN</b>" });
    expect(el.querySelector("[role=alert]")?.textContent).toBe("<b>NaN</b>");
    expect(el.querySelector("[role=alert] b")).toBeNull();
  });

  it("shares the scale with its other views and with Python", () => {
    const { model, el } = shown(), second = document.createElement("div");
    training.render({ model, el: second });
    el.querySelector("input")?.click();
    vi.advanceTimersToNextFrame();
    expect(second.querySelector("input")?.checked).toBe(true);
    expect(model.sent).toContainEqual({ kind: "log", on: true });
  });

  it("has as many views as one likes, each of which ends alone", () => {
    const { model, el, close } = shown();
    const second = document.createElement("div"), before = model.count();
    const closeSecond = training.render({ model, el: second });
    expect(model.count()).toBe(2 * before);
    close();
    expect(el.childElementCount).toBe(0);
    model.set({ batch: 6 });
    vi.advanceTimersToNextFrame();
    expect(second.textContent).toContain("batch 6 of 10");
    closeSecond();
    expect(model.count()).toBe(0);
  });

  it("draws once for a message that changes many traits", () => {
    const { model } = shown();
    const frames = vi.spyOn(globalThis, "requestAnimationFrame");
    model.set({ batch: 6, elapsed: 13, remaining: 60 });
    expect(frames).toHaveBeenCalledTimes(1);
  });

  it("takes any rubbish for nothing", () => {
    const { el } = shown({
      title: null, epoch: "x", epochs: {}, batch: NaN, batches: -1, elapsed: "", remaining: Infinity, series: [["loss", 1e9, "x"], 3, null],
      points: "no", learning_rate: [], in_use: null, language: 5, state: {},
    });
    expect(el.textContent).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("opens its numbers as a table with heads", () => {
    const { el } = shown(), details = el.querySelector("details");
    if (details) details.open = true;
    details?.dispatchEvent(new Event("toggle"));
    vi.advanceTimersToNextFrame();
    expect(el.querySelectorAll("th[scope=col]").length).toBe(5);
    expect(el.querySelectorAll("th[scope=row]").length).toBe(4);
  });

  it("keeps Jupyter's shortcuts away from its buttons", () => {
    expect(shown().el.firstElementChild?.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  });
});
