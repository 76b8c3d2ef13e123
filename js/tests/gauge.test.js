import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import gauge, { deviceWords, reading } from "../src/gauge.js";
import { texts } from "../src/shared/texts.js";

/** @param {Record<string, unknown>} state */
function fakeModel(state) {
  /** @type {Map<string, Set<() => void>>} */
  const listeners = new Map();
  /** @type {unknown[]} */
  const sent = [];
  return {
    sent,
    count: () => [...listeners.values()].reduce((n, set) => n + set.size, 0),
    get: (/** @type {string} */ name) => state[name],
    set(/** @type {Record<string, unknown>} */ more) {
      Object.assign(state, more);
      for (const name of Object.keys(more)) listeners.get(`change:${name}`)?.forEach((f) => f());
    },
    on(/** @type {string} */ name, /** @type {() => void} */ f) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(f));
    },
    off(/** @type {string} */ name, /** @type {() => void} */ f) {
      listeners.get(name)?.delete(f);
    },
    send: (/** @type {unknown} */ content) => void sent.push(content),
  };
}

const state = () => ({
  in_use: 3 * 2 ** 20, pool: 2 ** 20, peak: 5 * 2 ** 20, total: null, process: 300 * 2 ** 20, scale: 8 * 2 ** 20,
  renderer: "llvmpipe", device: "gpu", language: "en", history: [],
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

/** @param {Record<string, unknown>} more */
function shown(more = {}) {
  const model = fakeModel({ ...state(), ...more }), el = document.createElement("div");
  document.body.append(el);
  return { model, el, close: gauge.render({ model, el }) };
}

describe("the gauge", () => {
  it("says every amount in words", () => {
    const { el } = shown();
    for (const text of ["in use", "3 MiB", "pool, free", "1 MiB", "peak", "5 MiB", "8 MiB", "llvmpipe"]) {
      expect(el.textContent).toContain(text);
    }
  });

  it("draws amounts in proportion to the end of the bar", () => {
    const { el } = shown();
    const width = (/** @type {string} */ name) => /** @type {HTMLElement} */ (el.querySelector(name)).style.width;
    expect(width(".tfnb-gauge-in-use")).toBe("37.5%");
    expect(width(".tfnb-gauge-pool")).toBe("12.5%");
    expect(/** @type {HTMLElement} */ (el.querySelector(".tfnb-gauge-peak")).style.left).toBe("62.5%");
  });

  it("is a meter with a name and a value for screen readers", () => {
    const meter = shown().el.querySelector("[role=meter]");
    expect(meter?.getAttribute("aria-label")).toBe("in use");
    expect(meter?.getAttribute("aria-valuenow")).toBe(String(3 * 2 ** 20));
    expect(meter?.getAttribute("aria-valuetext")).toBe("3 MiB, peak 5 MiB");
  });

  it("draws once for a message that changes many traits", () => {
    const { model, el } = shown();
    const frames = vi.spyOn(globalThis, "requestAnimationFrame");
    model.set({ in_use: 2 ** 20, pool: 0, peak: 6 * 2 ** 20 });
    expect(frames).toHaveBeenCalledTimes(1);
    vi.advanceTimersToNextFrame();
    expect(el.textContent).toContain("6 MiB");
  });

  it("tells Python once per view that it is there, and nothing else", () => {
    const { model } = shown();
    model.set({ in_use: 1 });
    expect(model.sent).toEqual([{ kind: "view", language: "" }]);
  });

  it("shows several views of one model, each of which ends alone", () => {
    const { model, el, close } = shown();
    const second = document.createElement("div"), before = model.count();
    const closeSecond = gauge.render({ model, el: second });
    expect(model.count()).toBe(2 * before);
    close();
    expect(el.childElementCount).toBe(0);
    model.set({ in_use: 7 * 2 ** 20 });
    vi.advanceTimersToNextFrame();
    expect(second.textContent).toContain("7 MiB");
    closeSecond();
    expect(model.count()).toBe(0);
  });

  it("shows text as text, whatever a driver calls itself", () => {
    const { el } = shown({ renderer: "<img src=x onerror=alert(1)>" });
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain("<img src=x onerror=alert(1)>");
  });

  it("takes any rubbish for nothing", () => {
    const { el } = shown({ in_use: "x", pool: NaN, peak: -1, scale: 0, total: {}, history: [[1], "a", [1, NaN]], renderer: null });
    expect(el.textContent).toContain("0 B");
    expect(el.textContent).not.toContain("NaN");
  });

  it("draws its history when there are two points", () => {
    const { model, el } = shown({ history: [[0, 0]] });
    const spark = /** @type {SVGElement} */ (el.querySelector("svg"));
    expect(spark.style.display).toBe("none");
    model.set({ history: [[0, 0], [10, 4096]] });
    vi.advanceTimersToNextFrame();
    expect(spark.style.display).toBe("");
    expect(spark.querySelector("polyline")?.getAttribute("points")).toBe("0.0,34.0 440.0,2.0");
    expect(spark.querySelector("title")?.textContent).toBe("in use over the last 10 s, at most 4 KiB");
  });

  it("speaks Japanese when it is told to", () => {
    const { model, el } = shown();
    model.set({ language: "ja" });
    vi.advanceTimersToNextFrame();
    expect(el.textContent).toContain("テンソルのメモリ");
    expect(/** @type {HTMLElement} */ (el.firstElementChild).lang).toBe("ja");
  });

  it("names the process's memory where there is no GPU", () => {
    const now = reading(fakeModel({ ...state(), device: "process", total: 2 ** 34, renderer: "NumPy" }));
    expect(deviceWords(now, texts("en"))).toBe("NumPy: no memory of a GPU; this process takes 300 MiB of the machine's 16 GiB");
  });
});

describe("texts", () => {
  it("leaves a name alone that has no value", () => {
    expect(texts("en")("{a} {b}", { a: "1" })).toBe("1 {b}");
  });

  it("falls back to English", () => {
    expect(texts("fr").language).toBe("en");
  });
});
