// What TensorFlow.js itself makes of a model: opened, saved, trained. Driven by tests/peers: one JSON request on stdin,
// one JSON answer on stdout.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";

await tf.setBackend("cpu");

/** The model.json of a folder with the weights that it names, as TensorFlow.js's loaders take it. */
function opened(folder) {
  const path = join(folder, "model.json");
  const content = JSON.parse(readFileSync(path, "utf8"));
  const weightSpecs = content.weightsManifest.flatMap((group) => group.weights);
  const files = content.weightsManifest.flatMap((group) => group.paths);
  const data = Buffer.concat(files.map((file) => readFileSync(join(dirname(path), file))));
  const weightData = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return tf.io.fromMemory({ ...content, weightSpecs, weightData });
}

/** A handler that writes model.json and weights in shards, as tfjs-node and the converter do. */
function saved(folder, shardBytes) {
  mkdirSync(folder, { recursive: true });
  return tf.io.withSaveHandler(async (artifacts) => {
    const data = Buffer.from(tf.io.concatenateArrayBuffers([artifacts.weightData].flat()));
    const paths = [];
    for (let start = 0; start < Math.max(data.length, 1); start += shardBytes) {
      paths.push(`group1-shard${paths.length + 1}.bin`);
      writeFileSync(join(folder, paths.at(-1)), data.subarray(start, start + shardBytes));
    }
    const { modelTopology, format, generatedBy, convertedBy, trainingConfig, weightSpecs } = artifacts;
    const weightsManifest = [{ paths, weights: weightSpecs }];
    writeFileSync(
      join(folder, "model.json"),
      JSON.stringify({ modelTopology, format, generatedBy, convertedBy, trainingConfig, weightsManifest }),
    );
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
}

const made = ({ values, shape, dtype }) => tf.tensor(values, shape, dtype);
const told = (tensor) => ({ values: Array.from(tensor.dataSync()), shape: tensor.shape, dtype: tensor.dtype });
const listed = (value) => (Array.isArray(value) ? value : [value]);

function optimizer(name, options) {
  const take = (...keys) => keys.map((key) => options[key]);
  const makers = {
    sgd: () => tf.train.sgd(...take("learningRate")),
    momentum: () => tf.train.momentum(...take("learningRate", "momentum", "useNesterov")),
    adagrad: () => tf.train.adagrad(...take("learningRate", "initialAccumulatorValue")),
    adadelta: () => tf.train.adadelta(...take("learningRate", "rho", "epsilon")),
    adam: () => tf.train.adam(...take("learningRate", "beta1", "beta2", "epsilon")),
    adamax: () => tf.train.adamax(...take("learningRate", "beta1", "beta2", "epsilon", "decay")),
    rmsprop: () => tf.train.rmsprop(...take("learningRate", "decay", "momentum", "epsilon", "centered")),
  };
  return makers[name]();
}

const actions = {
  /** Open a folder and predict. */
  async predict({ folder, inputs }) {
    const model = await tf.loadLayersModel(opened(folder));
    const given = inputs.map(made);
    return { outputs: listed(model.predict(given.length === 1 ? given[0] : given)).map(told) };
  },
  /** Build a model from its topology, save it to a folder, and predict. */
  async save({ folder, topology, inputs, shardBytes, compile, steps }) {
    const model = await tf.models.modelFromJSON(topology);
    const given = inputs.map(made);
    if (compile) {
      model.compile({ optimizer: optimizer(compile.optimizer, compile.options), loss: compile.loss, metrics: compile.metrics });
      for (let step = 0; step < steps; step++) await model.trainOnBatch(given[0], made(compile.labels));
    }
    await model.save(saved(folder, shardBytes ?? 1 << 22), { includeOptimizer: Boolean(compile) });
    return { outputs: listed(model.predict(given.length === 1 ? given[0] : given)).map(told) };
  },
  /** Open a folder and train for some steps on one batch each. */
  async train({ folder, optimizer: name, options, loss, batches, labels, metrics }) {
    const model = await tf.loadLayersModel(opened(folder));
    model.compile({ optimizer: optimizer(name, options), loss, metrics });
    const losses = [];
    for (let step = 0; step < batches.length; step++) {
      const [x, y] = [made(batches[step]), made(labels[step])];
      losses.push(listed(await model.trainOnBatch(x, y)));
      tf.dispose([x, y]);
    }
    return { losses, weights: model.getWeights().map(told) };
  },
};

const request = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const one of request) answers.push(await actions[one.action](one));
process.stdout.write(JSON.stringify(answers));
