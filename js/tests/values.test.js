import { describe, expect, it } from "vitest";
import { duration } from "../src/shared/durations.js";
import { texts } from "../src/shared/texts.js";
import { formatValue } from "../src/shared/values.js";
import json from "../vectors/values.json";

const vectors = /** @type {[number, string][]} */ (json);
describe("formatValue", () => {
  it.each(vectors)("writes %d as %s, as Python does", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it("has words for what is no number", () => {
    expect([NaN, Infinity, -Infinity].map(formatValue)).toEqual(["NaN", "inf", "-inf"]);
  });
});

describe("duration", () => {
  it("says seconds, minutes and hours as Python does", () => {
    const said = [0.04, 4.25, 9.96, 65, 3599.6, 7260].map((seconds) => duration(seconds, texts("en")));
    expect(said).toEqual(["0 s", "4.3 s", "10 s", "1 min 5 s", "1 h 0 min", "2 h 1 min"]);
  });
});
