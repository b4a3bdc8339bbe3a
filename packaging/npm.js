#!/usr/bin/env node
// Starts the binary of COMMAND for this platform, and ends as it ends.
"use strict";
const { spawn } = require("node:child_process");
const os = require("node:os");

const name = `@trialweave/COMMAND-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "COMMAND.exe" : "COMMAND";

let binary;
try {
  binary = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(`COMMAND: the package ${name} is not installed`);
  console.error("hint: it is an optional dependency; install without --omit=optional, on a platform that has one");
  process.exit(2);
}

const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`COMMAND: ${binary} cannot be started: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? code : 128 + os.constants.signals[signal];
});
