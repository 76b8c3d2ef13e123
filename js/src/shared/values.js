// Numbers as people read them. The twin of `format_value` in tfnb/picture/formats.py; js/vectors/values.json keeps them alike.

/** A number to four significant digits, a whole one of up to six digits whole.
 * @param {number} value */
export function formatValue(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return Object.is(value, -0) ? "-0" : String(value);
  const [digits = "", power = "0"] = value.toExponential(3).split("e"), exponent = Number(power);
  if (exponent >= -4 && exponent < 4) return trimmed(value.toFixed(3 - exponent));
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${trimmed(digits)}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** @param {string} text */
function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
