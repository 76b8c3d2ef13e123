// TensorFlow.js in Node.js, driven by benchmarks/tensorflow_js.py: the first line of stdin is the request; then each
// line asks for the work once more, and is answered with its seconds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(join(process.argv[2], "package.json"));
const backend = process.argv[3];
const tf = require("@tensorflow/tfjs");
if (backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
if (!(await tf.setBackend(backend))) throw new Error(`there is no backend ${backend}`);
await tf.ready();

const source = readFileSync(new URL("tensorflow_js.js", import.meta.url), "utf8");
const prepared = new Function(`${source}; return prepared;`)();

let task;
for await (const line of createInterface({ input: process.stdin })) {
  if (task === undefined) {
    task = await prepared(tf, JSON.parse(line));
    console.log(JSON.stringify(task.results));
  } else {
    console.log(await task.timed());
  }
}
