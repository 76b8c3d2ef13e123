// Bytes as people read them. The twin of `format_bytes` in tfnb/picture/formats.py; js/vectors/bytes.json keeps them alike.

const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes in the largest unit that leaves at least one, three digits long.
 * @param {number} count */
export function formatBytes(count) {
  if (!Number.isFinite(count) || count < 0) return "?";
  if (count < 1024) return `${Math.round(count)} B`;
  let amount = count / 1024, unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const decimals = amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  let shown = (Math.floor(amount * 10 ** decimals + 0.5) / 10 ** decimals).toFixed(decimals);
  if (shown.includes(".")) shown = shown.replace(/\.?0+$/, "");
  return `${shown} ${UNITS[unit]}`;
}
