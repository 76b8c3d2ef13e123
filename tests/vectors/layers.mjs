// Makes layers.json: what TensorFlow.js itself computes with models of these layers, how it writes them, and what it
// names their weights.
//
//     npm install @tensorflow/tfjs@4.22.0
//     node layers.mjs > layers.json
//
// Each case: {name, topology (as in model.json), weights {name: values}, inputs, outputs}.
import * as tf from "@tensorflow/tfjs";

console.warn = () => {};
await tf.setBackend("cpu");
let state = 12345;
const next = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * 2 - 1;
const some = (shape, scale = 1) =>
  tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(next() * scale)), shape);
const coded = (t) => ({ values: Array.from(t.dataSync(), (v) => Number(v.toPrecision(8))), shape: t.shape, dtype: t.dtype });
const listed = (x) => (Array.isArray(x) ? x : [x]);

const cases = [];
const record = (name, model, inputs) => {
  const topology = model.toJSON(null, false);
  const weights = {};
  model.layers.forEach((layer) => layer.setWeights(layer.weights.map((w) => some(w.shape, 0.7))));
  for (const layer of model.layers) for (const w of layer.weights) weights[w.originalName] = coded(w.read());
  const outputs = listed(model.predict(inputs.length === 1 ? inputs[0] : inputs));
  cases.push({ name, topology, weights, inputs: inputs.map(coded), outputs: outputs.map(coded) });
};
// One layer on inputs of these shapes (without the samples' axis).
const one = (name, layer, shapes, values) => {
  const xs = shapes.map((shape) => tf.input({ shape }));
  const y = layer.apply(xs.length === 1 ? xs[0] : xs);
  record(name, tf.model({ inputs: xs, outputs: y }), values ?? shapes.map((shape) => some([2, ...shape])));
};
const L = tf.layers;

for (const activation of ["linear", "relu", "softmax", "tanh", "sigmoid", "hardSigmoid", "elu", "selu", "relu6",
  "softplus", "softsign", "logSoftmax", "swish", "mish", "gelu", "gelu_new"])
  one(`dense ${activation}`, L.dense({ units: 3, activation }), [[4]]);
one("dense without bias", L.dense({ units: 3, useBias: false, kernelInitializer: "heUniform" }), [[4]]);
one("dense on three axes", L.dense({ units: 3, kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }) }), [[5, 4]]);
one("dense constrained", L.dense({ units: 3, kernelConstraint: tf.constraints.maxNorm({ maxValue: 1 }),
  biasInitializer: tf.initializers.constant({ value: 0.3 }) }), [[4]]);
one("activation", L.activation({ activation: "hardSigmoid" }), [[4]]);
one("dropout", L.dropout({ rate: 0.5 }), [[4]]);
one("spatial_dropout1d", L.spatialDropout1d({ rate: 0.5 }), [[3, 4]]);
one("flatten", L.flatten(), [[3, 4]]);
one("flatten channels first", L.flatten({ dataFormat: "channelsFirst" }), [[2, 3, 4]]);
one("reshape", L.reshape({ targetShape: [3, 4] }), [[12]]);
one("permute", L.permute({ dims: [2, 1] }), [[3, 4]]);
one("repeat_vector", L.repeatVector({ n: 3 }), [[4]]);
one("masking", L.masking({ maskValue: 0 }), [[3, 2]],
  [tf.tensor([1, 2, 0, 0, 3, 0, 0, 0, 0, 5, 1, 1], [2, 3, 2])]);
one("embedding", L.embedding({ inputDim: 5, outputDim: 3 }), [[4]], [tf.tensor([0, 1, 2, 3, 4, 4, 2, 0], [2, 4])]);
one("embedding with length", L.embedding({ inputDim: 5, outputDim: 3, inputLength: 4, maskZero: true }), [[4]],
  [tf.tensor([0, 1, 2, 3, 4, 4, 2, 0], [2, 4])]);
for (const kind of ["add", "multiply", "average", "maximum", "minimum", "concatenate"]) {
  one(kind, L[kind](), [[3, 2], [3, 2]]);
}
one("add of three", L.add(), [[4], [4], [4]]);
one("add of several ranks", L.add(), [[2, 3], [3]]);
one("concatenate axis 1", L.concatenate({ axis: 1 }), [[3, 2], [4, 2]]);
one("dot", L.dot({ axes: 1 }), [[4], [4]]);
one("dot normalized", L.dot({ axes: -1, normalize: true }), [[4], [4]]);
one("dot of matrices", L.dot({ axes: [1, 2] }), [[4, 3], [2, 4]]);
one("dot of last axes", L.dot({ axes: 2 }), [[3, 4], [2, 4]]);

const recurrent = { simpleRNN: {}, gru: {}, lstm: {} };
for (const kind of Object.keys(recurrent)) {
  one(kind, L[kind]({ units: 3 }), [[5, 2]]);
  one(`${kind} sequences`, L[kind]({ units: 3, returnSequences: true }), [[5, 2]]);
  one(`${kind} backwards`, L[kind]({ units: 3, returnSequences: true, goBackwards: true }), [[5, 2]]);
  one(`${kind} states`, L[kind]({ units: 3, returnState: true }), [[5, 2]]);
  one(`${kind} sequences and states`, L[kind]({ units: 3, returnState: true, returnSequences: true }), [[5, 2]]);
  one(`${kind} without bias`, L[kind]({ units: 3, useBias: false, activation: "relu" }), [[5, 2]]);
  one(`${kind} linear`, L[kind]({ units: 1, activation: "linear" }), [[5, 2]]);
  for (const mergeMode of ["concat", "sum", "ave", "mul"])
    one(`bidirectional ${kind} ${mergeMode}`, L.bidirectional({ layer: L[kind]({ units: 3 }), mergeMode }), [[5, 2]]);
  one(`bidirectional ${kind} sequences`,
    L.bidirectional({ layer: L[kind]({ units: 3, returnSequences: true }) }), [[5, 2]]);
  one(`bidirectional ${kind} both`, L.bidirectional({ layer: L[kind]({ units: 3 }), mergeMode: null }), [[5, 2]]);
  one(`bidirectional ${kind} states`,
    L.bidirectional({ layer: L[kind]({ units: 3, returnState: true }), mergeMode: "concat" }), [[5, 2]]);
  // A mask from masking: moments of zeros are passed over.
  const x = tf.input({ shape: [4, 2] });
  const y = L[kind]({ units: 3, returnSequences: true }).apply(L.masking({}).apply(x));
  const z = L[kind]({ units: 2 }).apply(y);
  record(`masked ${kind}`, tf.model({ inputs: x, outputs: z }),
    [tf.tensor([1, 2, 0, 0, 3, 1, 0, 0, 0, 0, 0, 0, 5, 1, 1, 2], [2, 4, 2])]);
  const words = tf.sequential({ layers: [
    L.embedding({ inputDim: 6, outputDim: 3, maskZero: true, inputLength: 5 }),
    L.bidirectional({ layer: L[kind]({ units: 2 }) }), L.dense({ units: 2, activation: "softmax" })] });
  record(`words ${kind}`, words, [tf.tensor([1, 2, 0, 0, 0, 3, 4, 5, 1, 0, 0, 0, 2, 3, 1], [3, 5])]);
  // States to begin with.
  const s = tf.input({ shape: [5, 2] }), states = (kind === "lstm" ? [0, 1] : [0]).map(() => tf.input({ shape: [3] }));
  const end = L[kind]({ units: 3 }).apply(s, { initialState: states });
  record(`${kind} with initial states`, tf.model({ inputs: [s, ...states], outputs: end }),
    [some([2, 5, 2]), ...states.map(() => some([2, 3]))]);
}
one("gru with sigmoid", L.gru({ units: 3, recurrentActivation: "sigmoid" }), [[5, 2]]);
one("lstm with sigmoid", L.lstm({ units: 3, recurrentActivation: "sigmoid", unitForgetBias: true }), [[5, 2]]);
one("rnn of a cell", L.rnn({ cell: L.gruCell({ units: 3 }), returnSequences: true }), [[5, 2]]);
one("rnn of stacked cells", L.rnn({ cell: [L.lstmCell({ units: 3 }), L.gruCell({ units: 2 }),
  L.simpleRNNCell({ units: 4 })], returnState: true }), [[5, 2]]);
one("time_distributed dense", L.timeDistributed({ layer: L.dense({ units: 3, activation: "relu" }) }), [[5, 2]]);

// Graphs.
{
  const a = tf.input({ shape: [3] }), b = tf.input({ shape: [3] });
  const shared = L.dense({ units: 4, activation: "tanh" });
  const joined = L.concatenate().apply([shared.apply(a), shared.apply(b)]);
  const first = L.dense({ units: 2 }).apply(joined), second = L.dense({ units: 1 }).apply(joined);
  record("two inputs, a shared layer, two outputs", tf.model({ inputs: [a, b], outputs: [first, second] }),
    [some([2, 3]), some([2, 3])]);
}
{
  const inner = tf.sequential({ layers: [L.dense({ units: 4, inputShape: [3] }), L.dense({ units: 2 })] });
  record("sequential of a sequential", tf.sequential({ layers: [inner, L.dense({ units: 3 })] }), [some([2, 3])]);
}
{
  const inner = tf.sequential({ layers: [L.dense({ units: 4, inputShape: [3] })] });
  const x = tf.input({ shape: [5] });
  const y = L.dense({ units: 2 }).apply(inner.apply(L.dense({ units: 3 }).apply(x)));
  record("a model as a layer", tf.model({ inputs: x, outputs: y }), [some([2, 5])]);
}
{
  const x = tf.input({ shape: [4] });
  const h = L.dense({ units: 4 }).apply(x);
  record("a way around", tf.model({ inputs: x, outputs: L.dense({ units: 2 }).apply(L.add().apply([x, h])) }),
    [some([2, 4])]);
}
console.log(JSON.stringify(cases));
