// Bundle the widgets: every file right under src/ is one widget and becomes one ES module in tfnb/notebook/static;
// what they share lies in folders below. With --compare nothing is written: the committed bundle must be what a build gives.

import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "tfnb", "notebook", "static");

const files = (folder, ending) => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ending)).sort();
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
};

const bundle = async () => {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: files(join(here, "src"), ".js").map((name) => join("src", name)),
    outdir: target,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "inline",
    // A widget's style travels in its module: the front end loads one file and nothing else.
    loader: { ".css": "text", ".svg": "text" },
  });
  return outputFiles;
};

const write = async (built) => {
  await mkdir(target, { recursive: true });
  for (const file of built) {
    await writeFile(file.path, file.contents);
    console.log(`${relative(process.cwd(), file.path)}  ${(file.contents.length / 1024).toFixed(1)} KiB`);
  }
};

const compare = (built) => {
  const problems = [];
  const names = new Set(built.map((file) => basename(file.path)));
  for (const file of built) {
    const name = basename(file.path);
    if (!files(target, ".js").includes(name)) problems.push(`${name} is not in tfnb/notebook/static`);
    else if (!readFileSync(file.path).equals(Buffer.from(file.contents))) problems.push(`${name} is older than its source`);
  }
  for (const name of files(target, ".js")) {
    if (!names.has(name)) problems.push(`${name} has no source in js/src`);
  }
  for (const problem of problems) console.error(`${problem}; run: npm --prefix js run build`);
  return problems.length === 0;
};

const built = await bundle();
if (!process.argv.includes("--compare")) await write(built);
else if (!compare(built)) process.exitCode = 1;
