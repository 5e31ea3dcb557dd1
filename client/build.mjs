// Writes the script files of the API. An argument names another folder than the one that Lambda packages.
import { buildSync } from "esbuild";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { minify } from "terser";

const outdir = process.argv[2] || new URL("../chalicelib/tracking/static", import.meta.url).pathname;

/** Writes a script, and returns it. Terser makes it 3 % smaller than esbuild does: its names are the same in every function. */
const build = async (name, source, options) => {
  const { outputFiles } = buildSync({
    absWorkingDir: new URL(".", import.meta.url).pathname,
    entryPoints: [source],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2019",
    supported: { "dynamic-import": true }, // every browser of that year has it
    charset: "utf8",
    external: ["./vitals.js"], // the built one
    ...options,
  });
  const compress = { passes: 3, unsafe_arrows: true, loops: false };
  const { code } = await minify(outputFiles[0].text, { ecma: 2019, module: options.format == "esm", compress });
  writeFileSync(join(outdir, name), code);
  return code;
};

await build("vitals.js", "vitals_tag.js", { external: [] });
const actions = await build("actions.js", "actions_tag.js", { format: "esm" });
// Browsers keep both files for a day: by the hash in the address no tracker.js gets the actions of another version.
const hash = createHash("sha256").update(actions).digest("hex").slice(0, 6);
await build("tracker.js", "tag.js", { define: { ACTIONS: `"actions.js?${hash}"` } });
