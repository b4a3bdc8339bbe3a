// Activates the extension for Visual Studio Code with stand-ins for the editor and its client,
// and prints the name of the server that it starts: node lsp_extension.js EXTENSION TRIALLINT
// LIBRARIES.
"use strict";
const Module = require("node:module");
const { spawn } = require("node:child_process");
const { join } = require("node:path");
const [extension, command, libraries] = process.argv.slice(2);
const lsp = require(join(libraries, "node_modules/vscode-languageserver-protocol/lib/node/main.js"));

const disposable = { dispose() {} };
const vscode = {
  workspace: { getConfiguration: () => ({ get: () => command }), onDidChangeConfiguration: () => disposable },
  commands: { registerCommand: () => disposable },
  window: { showErrorMessage: (text) => { console.log(text); process.exit(1); } },
};

class LanguageClient {
  constructor(id, name, server, client) { Object.assign(this, { id, name, server, client }); }
  async start() {
    if (!this.client.documentSelector.some((d) => d.language === "yaml")) throw new Error("YAML is not selected");
    this.process = spawn(this.server.command, this.server.args, { stdio: ["pipe", "pipe", "inherit"] });
    this.connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(this.process.stdout), new lsp.StreamMessageWriter(this.process.stdin));
    this.connection.listen();
    const { serverInfo } = await this.connection.sendRequest(lsp.InitializeRequest.type, { processId: null, rootUri: null, workspaceFolders: null, capabilities: {} });
    console.log(serverInfo.name);
  }
  async stop() {
    await this.connection.sendRequest(lsp.ShutdownRequest.type);
    await this.connection.sendNotification(lsp.ExitNotification.type);
    await new Promise((resolve) => this.process.on("exit", resolve));
  }
}

const load = Module._load;
Module._load = (name, ...rest) => {
  if (name === "vscode") return vscode;
  if (name === "vscode-languageclient/node") {
    require.resolve("vscode-languageclient/node", { paths: [extension] }); // it is in the package
    return { LanguageClient };
  }
  return load(name, ...rest);
};

(async () => {
  const { activate, deactivate } = require(join(extension, require(join(extension, "package.json")).main));
  await activate({ subscriptions: [] });
  await deactivate();
  process.exit(0);
})().catch((e) => { console.log(e.stack); process.exit(1); });
