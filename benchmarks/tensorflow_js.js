// Work for TensorFlow.js, in Node.js and in a browser alike: `prepared(tf, request)` gives a function that does it once
// and tells the seconds that it took, and the result of the first five times.

async function prepared(tf, request) {
  const tensor = ({ shape, values }) => tf.tensor(values, shape);
  const model = tf.sequential();
  for (const { kind, ...options } of request.layers) model.add(tf.layers[kind](options));
  model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy" });
  model.setWeights(request.weights.map(tensor));
  const [x, y] = [tensor(request.x), tensor(request.y)];

  async function train() {
    return [await model.trainOnBatch(x, y)];
  }

  async function predict() {
    const output = model.predict(x);
    const values = Array.from(await output.data());
    output.dispose();
    return values;
  }

  const work = request.action === "train" ? train : predict;
  const results = [];
  for (let time = 0; time < 5; time++) results.push(await work());
  return {
    results: request.action === "train" ? results.flat() : results[0],
    async timed() {
      const start = performance.now();
      await work();
      return (performance.now() - start) / 1000;
    },
  };
}
