// Starts triallint as a language server, and ends it.
"use strict";
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** What is run, and for which documents. */
function options() {
  const command = vscode.workspace.getConfiguration("triallint").get("path") || "triallint";
  const documents = ["yaml", "json", "jsonc"].map((language) => ({ scheme: "file", language }));
  return [{ command, args: ["lsp"] }, { documentSelector: documents }];
}

async function start() {
  client = new LanguageClient("triallint", "triallint", ...options());
  try {
    await client.start();
  } catch (e) {
    vscode.window.showErrorMessage(`triallint could not be started: ${e.message}. Install it, or name it in the setting triallint.path.`);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old) await old.stop().catch(() => {});
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("triallint.restart", restart),
    vscode.workspace.onDidChangeConfiguration((e) => e.affectsConfiguration("triallint.path") && restart()),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
