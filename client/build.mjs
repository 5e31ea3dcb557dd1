// Writes the two script files of the API. An argument names another folder than the one that Lambda packages.
import { buildSync } from "esbuild";

const outdir = process.argv[2] || new URL("../chalicelib/tracking/static", import.meta.url).pathname;

buildSync({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: { tracker: "tag.js", vitals: "vitals_tag.js" },
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2019",
  supported: { "dynamic-import": true }, // every browser of that year has it
  charset: "utf8",
});
