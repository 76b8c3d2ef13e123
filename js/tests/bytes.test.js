import { describe, expect, it } from "vitest";
import { formatBytes } from "../src/shared/bytes.js";
import json from "../vectors/bytes.json";

const vectors = /** @type {[number, string][]} */ (json);
describe("formatBytes", () => {
  it.each(vectors)("writes %d as %s, as Python does", (count, text) => {
    expect(formatBytes(count)).toBe(text);
  });

  it("does not make up a number", () => {
    expect([NaN, Infinity, -Infinity].map(formatBytes)).toEqual(["?", "?", "?"]);
  });
});
