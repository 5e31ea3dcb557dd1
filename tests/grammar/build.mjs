// Writes trino.mjs: the grammar in one file, which needs node and no package. An argument names another file.
import { readFileSync } from "node:fs";
import { buildSync } from "esbuild";

const licences = ["antlr4ng/LICENSE.txt", "dt-sql-parser/LICENSE"].map((file) => {
  const text = readFileSync(new URL(`node_modules/${file}`, import.meta.url), "utf8");
  return `${file}\n\n${text.trim()}`;
});

buildSync({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["parse.mjs"],
  outfile: process.argv[2] || "trino.mjs",
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node18",
  charset: "utf8",
  banner: { js: `/* Built by make grammar. It contains:\n\n${licences.join("\n\n")}\n*/` },
});
