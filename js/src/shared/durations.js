// Seconds as people say them. The twin of `duration` in tfnb/picture/training_curve.py.

/** @param {number} seconds @param {import("./texts.js").Texts} _ */
export function duration(seconds, _) {
  if (seconds < 9.95) return _("{seconds} s", { seconds: String(Math.floor(seconds * 10 + 0.5) / 10) });
  const whole = Math.floor(seconds + 0.5);
  if (whole < 60) return _("{seconds} s", { seconds: String(whole) });
  if (whole < 3600) {
    return _("{minutes} min {seconds} s", { minutes: String(Math.floor(whole / 60)), seconds: String(whole % 60) });
  }
  return _("{hours} h {minutes} min", { hours: String(Math.floor(whole / 3600)), minutes: String(Math.floor((whole % 3600) / 60)) });
}
