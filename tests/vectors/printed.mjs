// Makes printed.json: what TensorFlow.js itself prints for some tensors.
//
//     npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
//     node printed.mjs > printed.json
//
// `build` says how the test makes the same values: a list as it is, or a rule with a modulus (see test_format.py).
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";

const rule = (shape, modulus, scale) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) => Math.fround(((i * 7919) % modulus) * scale));
};
const cases = [];
const add = (values, shape, dtype, verbose = false) => {
  const tensor = tf.tensor(values, shape, dtype);
  const coded = Array.from(values, (v) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v));
  cases.push({ values: coded, shape, dtype, verbose, text: tensor.toString(verbose) });
};
const ruled = (shape, modulus, scale, dtype = "float32", verbose = false) => {
  const tensor = tf.tensor(rule(shape, modulus, scale), shape, dtype);
  cases.push({ rule: [modulus, scale], shape, dtype, verbose, text: tensor.toString(verbose) });
};

for (const value of [0.1, 3, -0, 1e-7, 123456.789, 1e20, 1e21, 3.4e38, 1.5e-45, NaN, Infinity, -Infinity, 0.00390625])
  add([value], [], "float32");
add([2147483647], [], "int32");
add([1], [], "bool");
add(["plain"], [], "string");
add([1, 2, 3], [3], "float32");
add([1, 2, 3], [3], "float32", true);
add([0.1, 0.25, 100, -1.5, 1 / 3, 2 / 3, 1e-7, 6e-8, 4e-8, 1e-6, 0.00390625, -0.00390625, 0.01171875], [13], "float32");
add([1e7, 12345678, 123456792, 1e15, 1e16, 1e20, 1e21, 1e22, -1e21, 3.4e38, 16777217], [11], "float32");
add([NaN, Infinity, -Infinity, -0, 0, 1], [2, 3], "float32");
add([], [0], "float32");
add([], [0, 3], "float32");
add([], [2, 0], "float32");
add([], [2, 0, 3], "float32", true);
add([1], [1, 1], "float32");
add([1, 2], [1, 2], "float32");
add([1, 2], [2, 1], "float32");
add([1, 20, 300, 4], [2, 2], "int32", true);
add([1, 0, 0, 1, 1, 1], [2, 3], "bool");
add([1, 0], [2], "bool");
add(["a", "longer", "", "日本"], [2, 2], "string");
add(["a", "it's", "😀"], [3], "string", true);
for (const shape of [[20], [21], [100], [2, 3, 4], [1, 1, 1], [2, 1, 2, 1], [2, 2, 2, 2], [1, 2, 1, 2, 3], [2, 1, 2, 1, 2, 2]])
  ruled(shape, 1009, 0.37);
for (const shape of [[20, 20], [21, 3], [3, 21], [25, 25], [22, 2, 2], [2, 22, 2], [2, 2, 22], [30, 30, 10], [21, 1]])
  ruled(shape, 100003, 0.0123, "float32", true);
ruled([5, 7], 97, 1, "int32");
ruled([30], 2, 1, "bool");
ruled([24, 22], 2, 1, "bool");
const complex = (real, imag, shape, verbose = false) => {
  const tensor = tf.complex(tf.tensor(real, shape), tf.tensor(imag, shape));
  cases.push({ real, imag, shape, dtype: "complex64", verbose, text: tensor.toString(verbose) });
};
complex([1, 2.5], [0, -3], [2]);
complex([1], [2], []);
complex([1, -2, 3, 4], [0.125, 6, -7, 800], [2, 2], true);
console.log(JSON.stringify(cases, null, 1));
