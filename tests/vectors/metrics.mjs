// Makes metrics.json: the losses and metrics of TensorFlow.js's Layers API, and the gradients of the losses.
//
//     npm install @tensorflow/tfjs@4.22.0
//     node metrics.mjs > metrics.json
//
// Losses that no public name reaches are taken from a model compiled with them.
import * as tf from "@tensorflow/tfjs";

console.warn = () => {};
await tf.setBackend("cpu");
let state = 4711;
const next = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
const some = (shape, low = -1, high = 1) => ({
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(low + next() * (high - low))),
  shape, dtype: "float32",
});
const flat = (values, shape = [values.length], dtype = "float32") => ({ values, shape, dtype });
const shares = (shape) => {
  const raw = some(shape, 0.05, 1), last = shape.at(-1);
  const values = raw.values.map((v, i) => {
    const row = raw.values.slice(Math.floor(i / last) * last, Math.floor(i / last) * last + last);
    return Math.fround(v / row.reduce((a, b) => a + b));
  });
  return { ...raw, values };
};
const oneHot = (labels, classes, shape) =>
  flat(labels.flatMap((label) => Array.from({ length: classes }, (_, i) => (i === label ? 1 : 0))), shape);
const made = (a) => tf.tensor(a.values, a.shape, a.dtype);
const coded = (t) => ({ values: Array.from(t.dataSync()), shape: t.shape, dtype: t.dtype });
const lossOf = (name) => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
  model.compile({ optimizer: "sgd", loss: name });
  return model.model.lossFunctions[0];
};

const losses = [], metrics = [];
const loss = (name, yTrue, yPred) => {
  const f = lossOf(name);
  const { value, grad } = tf.valueAndGrad((p) => f(made(yTrue), p))(made(yPred));
  losses.push({ name, y_true: yTrue, y_pred: yPred, result: coded(value), slope: coded(grad) });
};
const metric = (name, yTrue, yPred) =>
  metrics.push({ name, y_true: yTrue, y_pred: yPred, result: coded(tf.metrics[name](made(yTrue), made(yPred))) });

const a = some([4, 3]), b = some([4, 3], -2, 2), deep = some([2, 3, 4]), other = some([2, 3, 4]);
const counts = flat([0, 1, 2, 5, 3, 0], [2, 3]), means = some([2, 3], 0.2, 4);
const bits = flat([1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1], [4, 3]), chances = some([4, 3], 0.01, 0.99);
const edges = flat([0, 1, 1e-9, 1, 0.5, 0, 1, 0.99, 0.3, 0, 1, 0], [4, 3]);
const signs = flat(bits.values.map((v) => 2 * v - 1), [4, 3]);
for (const name of ["meanSquaredError", "meanAbsoluteError", "meanAbsolutePercentageError", "logcosh", "cosineProximity"]) {
  loss(name, a, b);
  loss(name, deep, other);
}
loss("logcosh", a, flat([30, -30, 5, 0, 1e-3, -1e-3, 80, -80, 2, 1, 0, -1], [4, 3]));
loss("meanAbsolutePercentageError", flat([0, 1, -2], [1, 3]), flat([1e-6, 2, 2], [1, 3]));
loss("cosineProximity", flat([0, 0, 1e-5, 0], [2, 2]), flat([1, 2, 3, 4], [2, 2]));
loss("meanSquaredLogarithmicError", counts, means);
loss("meanSquaredLogarithmicError", a, b);
for (const name of ["hinge", "squaredHinge"]) loss(name, signs, b);
loss("categoricalHinge", oneHot([0, 2, 1, 1], 3, [4, 3]), b);
const one = oneHot([0, 2, 1, 1], 3, [4, 3]);
loss("categoricalCrossentropy", one, shares([4, 3]));
loss("categoricalCrossentropy", shares([4, 3]), shares([4, 3]));
loss("categoricalCrossentropy", one, some([4, 3], 0.1, 5));
loss("categoricalCrossentropy", oneHot([0, 1, 2, 3, 0, 1], 4, [2, 3, 4]), shares([2, 3, 4]));
loss("categoricalCrossentropy", flat([1, 0, 0, 1], [2, 2], "int32"), flat([0.25, 0.75, 0.5, 0.5], [2, 2]));
loss("categoricalCrossentropy", flat([1, 0, 0, 1, 1, 0], [3, 2]), flat([1, 0, 1, 0, 1e-8, 1], [3, 2]));
loss("sparseCategoricalCrossentropy", flat([0, 2, 1, 1]), shares([4, 3]));
loss("sparseCategoricalCrossentropy", flat([0, 2, 1, 1], [4, 1]), shares([4, 3]));
loss("sparseCategoricalCrossentropy", flat([0, 1, 2, 3, 0, 1], [2, 3]), shares([2, 3, 4]));
loss("sparseCategoricalCrossentropy", flat([0, 1]), flat([1, 0, 1, 0], [2, 2]));
loss("binaryCrossentropy", bits, chances);
loss("binaryCrossentropy", chances, shares([4, 3]));
loss("binaryCrossentropy", bits, edges);
loss("binaryCrossentropy", flat([1, 0, 1], [3, 1]), flat([0.999, 1e-4, 0.3], [3, 1]));
loss("kullbackLeiblerDivergence", shares([4, 3]), shares([4, 3]));
loss("kullbackLeiblerDivergence", one, edges);
loss("poisson", counts, means);

const grades = flat([0.9, 0.2, 0.5, 0.6, 0.4999, 0.51, 1, 0, 0.7, 0.3, 0.8, 0.5001], [4, 3]);
metric("binaryAccuracy", bits, grades);
metric("binaryAccuracy", flat(bits.values, [4, 3], "int32"), grades);
metric("binaryCrossentropy", bits, chances);
metric("categoricalAccuracy", one, shares([4, 3]));
metric("categoricalAccuracy", one, one);
metric("categoricalAccuracy", oneHot([0, 1, 2, 3, 0, 1], 4, [2, 3, 4]), some([2, 3, 4]));
metric("categoricalAccuracy", flat([0, 0, 1, 1], [2, 2]), flat([1, 1, 2, 2], [2, 2]));
metric("categoricalCrossentropy", one, shares([4, 3]));
metric("sparseCategoricalAccuracy", flat([0, 2, 1, 1]), one);
metric("sparseCategoricalAccuracy", flat([0, 2, 1, 0], [4, 1]), one);
metric("sparseCategoricalAccuracy", flat([0, 2, 1, 0], [4, 1], "int32"), one);
const answers = flat([1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1], [4, 3]);
for (const name of ["precision", "recall"]) {
  metric(name, bits, answers);
  metric(name, flat([0, 0, 1, 1], [2, 2]), flat([0, 0, 0, 0], [2, 2]));
  metric(name, flat([0, 0, 0, 0], [2, 2]), flat([0, 1, 1, 0], [2, 2]));
}
metric("r2Score", a, b);
metric("r2Score", flat([1, 2, 3, 4]), flat([1, 2, 3, 5]));
for (const name of ["cosineProximity", "meanAbsoluteError", "meanAbsolutePercentageError", "meanSquaredError", "mse", "mape"])
  metric(name, a, b);
console.log(JSON.stringify({ losses, metrics }));
