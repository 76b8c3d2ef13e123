// Makes optimizers.json: what TensorFlow.js's optimizers make of variables in 20 steps.
//
//     npm install @tensorflow/tfjs@4.22.0
//     node optimizers.mjs > optimizers.json
//
// `given`: gradients are given, the same for all optimizers; after each step the values of both variables, in the end
// the optimizer's weights. `minimized`: a small regression; the loss before each step, and the values in the end.
import * as tf from "@tensorflow/tfjs";

console.warn = () => {};
await tf.setBackend("cpu");

let state = 2024;
const next = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * 2 - 1;
const some = (count, scale = 1) => Array.from({ length: count }, () => Math.fround(next() * scale));
const listed = (t) => Array.from(t.dataSync());

const STEPS = 20;
const starts = { w: { values: some(6), shape: [2, 3] }, b: { values: some(3), shape: [3] } };
// Large, usual and small gradients, and some that are 0.
const gradients = Array.from({ length: STEPS }, (_, step) => ({
  w: some(6, [1, 10, 0.01, 0.5][step % 4]).map((v, i) => (i === step % 6 ? 0 : v)),
  b: some(3, [0.3, 2, 1, 0.05][step % 4]),
}));
// Centered, TensorFlow.js's rmsprop makes NaN of small gradients; so there are some without.
const away = (v) => Math.fround(v + (v < 0 ? -0.1 : 0.1));
const larger = gradients.map(({ w, b }) => ({ w: w.map(away), b: b.map(away) }));
const data = { x: { values: some(24), shape: [8, 3] }, y: { values: some(8), shape: [8, 1] } };

const makers = {
  sgd: [[0.1]],
  momentum: [[0.1, 0.9], [0.05, 0.5, true]],
  adagrad: [[0.1], [0.5, 0.01]],
  adadelta: [[1, 0.9, 1e-6], [], [0.5]],
  adam: [[], [0.1, 0.8, 0.9, 1e-3], [0.01]],
  adamax: [[], [0.1, 0.8, 0.9, 1e-3, 0.1]],
  rmsprop: [[0.01], [0.1, 0.8, 0.5, 1e-3], [0.02, 0.9, 0.3, 1e-5, true]],
};
const variables = () => Object.fromEntries(Object.entries(starts).map(
  ([name, { values, shape }]) => [name, tf.variable(tf.tensor(values, shape), true, name)]));

const given = [], minimized = [];
for (const [name, lists] of Object.entries(makers)) for (const args of lists) {
  let vs = variables();
  let optimizer = tf.train[name](...args);
  const steps = [];
  const centered = args[4] === true;
  for (const one of centered ? larger : gradients) {
    optimizer.applyGradients({ w: tf.tensor(one.w, [2, 3]), b: tf.tensor(one.b, [3]) });
    steps.push({ w: listed(vs.w), b: listed(vs.b) });
  }
  const weights = name === "adamax" ? null : (await optimizer.getWeights()).map(
    ({ name, tensor }) => ({ name, values: listed(tensor), shape: tensor.shape, dtype: tensor.dtype }));
  given.push({ name, args, centered, className: optimizer.getClassName(), config: optimizer.getConfig(), steps, weights });
  tf.disposeVariables();
  const w = tf.variable(tf.tensor([0.5, -0.25, 1], [3, 1]), true, "w"), b = tf.variable(tf.scalar(0.1), true, "b");
  const x = tf.tensor(data.x.values, data.x.shape), y = tf.tensor(data.y.values, data.y.shape);
  optimizer = tf.train[name](...args);
  const losses = [];
  for (let step = 0; step < STEPS; ++step)
    losses.push(listed(optimizer.minimize(() => tf.mean(tf.square(tf.sub(tf.add(tf.matMul(x, w), b), y))), true))[0]);
  minimized.push({ name, args, losses, w: listed(w), b: listed(b) });
  tf.disposeVariables();
}
console.log(JSON.stringify({ starts, gradients, larger, data, given, minimized }));
