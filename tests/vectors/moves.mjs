// Makes moves.json: what TensorFlow.js itself computes with the ops that move values.
//
//     npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
//     node moves.mjs > moves.json
//
// Tensors are written {values, shape, dtype}; names and arguments are those of tfnb, in its order.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";

const cases = [];
const ramp = (shape, dtype = "float32", from = 1) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return { values: Array.from({ length: size }, (_, i) => i + from), shape, dtype };
};
const ints = (values, shape = [values.length]) => ({ values, shape, dtype: "int32" });
const isCoded = (a) => a !== null && typeof a === "object" && "dtype" in a;
const made = (a) => (isCoded(a) ? tf.tensor(a.values, a.shape, a.dtype)
  : Array.isArray(a) && a.some(isCoded) ? a.map(made) : a === null ? undefined : a);
const coded = (t) => ({ values: Array.from(t.dataSync()), shape: t.shape, dtype: t.dtype });
const add = (name, run, ...args) => {
  const result = run(...args.map(made));
  cases.push({ name, args, result: Array.isArray(result) ? result.map(coded) : coded(result) });
};

const x3 = ramp([3, 4, 5]), x2 = ramp([5, 7]), x1 = ramp([10]);
const strided = (...args) => add("strided_slice", tf.stridedSlice, ...args);
strided(x1, [1], [9], [3]);
strided(x1, [-2], [-9], [-2]);
strided(x1, [20], [-20], [-1]);
strided(x1, [3], [4], [1], 0, 0, 0, 0, 1);
strided(x1, [-1], [0], [1], 0, 0, 0, 0, 1);
strided(x2, [1, 2], [4, 6], [1, 2]);
strided(x2, [1, 2], [4, 6], [1, 2], 1, 2);
strided(x2, [4, 6], [0, 0], [-1, -3], 0, 3);
strided(x2, [1], [3], [1]);
strided(x2, [0, 0, 1], [1, 0, 6], [1, 1, 2], 0, 0, 0, 1, 0);
strided(x3, [0, 1], [0, 4], [1, 2], 0, 0, 1);
strided(x3, [1, 0, 2], [2, 0, 3], [1, 1, 1], 0, 0, 2, 0, 5);
strided(x3, [0, 0, 0, 1], [2, 0, 0, 4], [1, 1, 1, 1], 0, 0, 4, 2, 0);
strided(x3, [2, 3, 4], [0, 0, 0], [-1, -1, -1], 0, 7);
for (const [begin, size] of [[[1, 2], [2, 3]], [[1], [-1]], [2, 2], [[0, 3], null], [[4, 6], [1, -1]]])
  add("slice", tf.slice, x2, begin, size);
for (const mode of ["reflect", "symmetric"]) {
  add("mirror_pad", tf.mirrorPad, ramp([3]), [[2, 1]], mode);
  add("mirror_pad", tf.mirrorPad, ramp([2, 3]), [[1, 1], [2, 2]], mode);
  add("mirror_pad", tf.mirrorPad, ramp([2, 3, 4]), [[0, 1], [2, 0], [3, 3]], mode);
}
add("pad", tf.pad, ramp([2, 3]), [[1, 2], [0, 1]], 9);
add("pad", tf.pad, ramp([2, 2], "int32"), [[0, 1], [1, 0]], -3);
add("gather", tf.gather, x2, ints([3, 0, 3]), 0);
add("gather", tf.gather, x2, ints([6, 0, 1, 1], [2, 2]), 1);
add("gather", tf.gather, x3, ints([1, 0, 2, 3, 1, 1], [3, 2]), 1, 1);
add("gather", tf.gather, x3, ints([4, 0, 0], [3, 1]), 2, 1);
add("gather", tf.gather, x2, ints([2], []), -1);
add("gather_nd", tf.gatherND, x3, ints([0, 1, 2, 2, 3, 4], [2, 3]));
add("gather_nd", tf.gatherND, x3, ints([2, 0, 1, 1], [2, 2]));
add("tensor_scatter_update", tf.tensorScatterUpdate, ramp([4, 2]), ints([3, 0], [2, 1]), ramp([2, 2], "float32", 100));
add("tensor_scatter_update", tf.tensorScatterUpdate, ramp([3, 3]), ints([0, 0, 2, 1, 0, 0], [3, 2]), ramp([3], "float32", 50));
add("scatter_nd", tf.scatterND, ints([4, 3, 1, 4], [4, 1]), ramp([4]), [6]);
add("scatter_nd", tf.scatterND, ints([0, 2, 1, 0], [2, 2]), ramp([2, 3]), [2, 3, 3]);
add("one_hot", tf.oneHot, ints([0, 2, 5, -1], [2, 2]), 4);
add("one_hot", tf.oneHot, ints([1, 0]), 3, 5, -2);
add("one_hot", tf.oneHot, ints([1, 0]), 2, 0.5, 0.25, "float32");
add("transpose", tf.transpose, x3, [2, 0, 1]);
add("transpose", tf.transpose, x3);
add("concat", tf.concat, [ramp([2, 3]), ramp([2, 1]), ramp([2, 2])], 1);
add("stack", tf.stack, [ramp([2, 3]), ramp([2, 3], "float32", 7)], -1);
add("stack", tf.stack, [ramp([]), ramp([])]);
add("unstack", tf.unstack, ramp([2, 3]), 1);
add("split", tf.split, ramp([4, 6]), 3, 1);
add("split", tf.split, ramp([4, 6]), [1, 3], 0);
add("split", tf.split, ramp([4, 6]), [1, -1, 2], -1);
add("tile", tf.tile, ramp([2, 3]), [2, 3]);
add("reverse", tf.reverse, x3, [0, -1]);
add("reverse", tf.reverse, x3);
add("diag", tf.diag, ramp([2, 2]));
add("eye", tf.eye, 3, 4);
add("eye", tf.eye, 2, 2, [2], "int32");
add("broadcast_to", tf.broadcastTo, ramp([3, 1]), [2, 3, 2]);
add("broadcast_args", tf.broadcastArgs, ints([4, 1, 3]), ints([2, 1]));
for (const args of [[0, 9, 2], [10, 0], [3, 0, -0.5], [0, 5, 1, "int32"], [2, 2], [0, 5, -1], [5, 0, 2], [-1, 1, 0.25]])
  add("range", tf.range, ...args);
for (const args of [[0, 9, 10], [1, -1, 5], [3, 7, 1]]) add("linspace", tf.linspace, ...args);
add("meshgrid", (x, y) => tf.meshgrid(x, y), ramp([3]), ramp([2], "float32", 4));
add("meshgrid", (x, y, indexing) => tf.meshgrid(x, y, { indexing }), ramp([3]), ramp([2], "float32", 4), "ij");
add("space_to_batch_nd", tf.spaceToBatchND, ramp([1, 4, 4, 1]), [2, 2], [[0, 0], [0, 0]]);
add("space_to_batch_nd", tf.spaceToBatchND, ramp([2, 3, 4, 2]), [3, 2], [[1, 2], [1, 1]]);
add("space_to_batch_nd", tf.spaceToBatchND, ramp([1, 6]), [2], [[0, 0]]);
add("batch_to_space_nd", tf.batchToSpaceND, ramp([8, 1, 3, 1]), [2, 2], [[0, 0], [2, 0]]);
add("batch_to_space_nd", tf.batchToSpaceND, ramp([6, 2, 2, 2]), [3, 2], [[1, 2], [0, 1]]);
add("depth_to_space", tf.depthToSpace, ramp([2, 1, 2, 8]), 2);
add("squeeze", tf.squeeze, ramp([1, 3, 1, 2]));
add("expand_dims", tf.expandDims, ramp([2, 3]), -2);
add("reshape", tf.reshape, x3, [2, -1, 3]);
console.log(JSON.stringify(cases));
