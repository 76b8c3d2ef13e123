// Makes losses.json: TensorFlow.js's losses of the core API, with all kinds of weights and reductions.
//
//     npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
//     node losses.mjs > losses.json
//
// Names and arguments are those of tfnb, in its order; tensors are written {values, shape, dtype}; `slopes` are the
// gradients of the result's sum for labels and predictions, where they were asked for.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";

let state = 77;
const next = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
const some = (shape, low = -1, high = 1) => ({
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(low + next() * (high - low))),
  shape, dtype: "float32",
});
const flat = (values, shape = [values.length], dtype = "float32") => ({ values, shape, dtype });
const isCoded = (a) => a !== null && typeof a === "object" && "dtype" in a;
const made = (a) => (isCoded(a) ? tf.tensor(a.values, a.shape, a.dtype) : a === null ? undefined : a);
const number = (v) => (Number.isNaN(v) ? "NaN" : v);
const coded = (t) => ({ values: Array.from(t.dataSync(), number), shape: t.shape, dtype: t.dtype });
const cases = [];
const add = (name, run, ...args) => cases.push({ name, args, result: coded(run(...args.map(made))) });
const L = tf.losses;
const weights = (rows, columns) => [
  null, flat([2], []), flat(Array.from({ length: rows }, (_, i) => i % 3), [rows, 1]),
  flat(Array.from({ length: columns }, (_, i) => (i + 1) / 2), [1, columns]), some([rows, columns], 0, 2),
  flat(new Array(columns).fill(0.5), [columns]), flat(new Array(rows).fill(0), [rows, 1]),
];
const reductions = [0, 1, 2, 3];

const signed = some([4, 3]), other = some([4, 3], -2, 2), chances = some([4, 3], 0.01, 0.99);
const bits = flat([1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1], [4, 3]);
for (const weight of weights(4, 3)) for (const reduction of reductions) {
  add("compute_weighted_loss", L.computeWeightedLoss, signed, weight, reduction);
  add("absolute_difference", L.absoluteDifference, signed, other, weight, reduction);
  add("mean_squared_error", L.meanSquaredError, signed, other, weight, reduction);
  add("hinge_loss", L.hingeLoss, bits, other, weight, reduction);
  add("huber_loss", L.huberLoss, signed, other, weight, 0.6, reduction);
  add("log_loss", L.logLoss, bits, chances, weight, 1e-7, reduction);
  add("sigmoid_cross_entropy", L.sigmoidCrossEntropy, bits, other, weight, 0, reduction);
}
for (const reduction of reductions) for (const weight of [null, flat([2], []), flat([1, 0, 2, 0.5], [4, 1])])
  add("cosine_distance", L.cosineDistance, signed, other, 1, weight, reduction);
for (const reduction of reductions) for (const weight of [null, flat([2], []), flat([1, 0, 2, 0.5]), flat([0, 0, 0, 0])])
  for (const smoothing of [0, 0.2])
    add("softmax_cross_entropy", L.softmaxCrossEntropy, flat([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], [4, 3]), other,
      weight, smoothing, reduction);
const far = flat([-100, -20, 0, 20, 100, 1e-3]), sides = flat([1, 0, 1, 0, 0.5, 1]);
add("sigmoid_cross_entropy", L.sigmoidCrossEntropy, sides, far, null, 0.3, 0);
add("sigmoid_cross_entropy", L.sigmoidCrossEntropy, sides, far, null, 0, 0);
add("huber_loss", L.huberLoss, sides, far);
add("log_loss", L.logLoss, sides, flat([1, 0, 0, 1, 0.5, 1e-9]), null, 1e-7, 0);
add("log_loss", L.logLoss, sides, flat([1, 0, 0, 1, 0.5, 1e-9]), null, 1e-3, 0);
add("softmax_cross_entropy", L.softmaxCrossEntropy, flat([1, 0, 0, 1], [2, 2]), flat([100, -100, 50, 0], [2, 2]), null, 0, 0);
add("absolute_difference", L.absoluteDifference, flat([1, 2], [2], "int32"), flat([4, 0], [2], "int32"));
console.log(JSON.stringify(cases));
