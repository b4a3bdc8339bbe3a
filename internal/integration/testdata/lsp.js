// Talks to triallint by the library that Visual Studio Code talks by: node lsp.js TRIALLINT
// FOLDER LIBRARIES. Prints what is wrong, and as its last line how much it tried.
"use strict";
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const [command, folder, libraries] = process.argv.slice(2);
const lsp = require(join(libraries, "node_modules/vscode-languageserver-protocol/lib/node/main.js"));

let tried = 0;
function expect(what, holds, seen) {
  tried++;
  if (!holds) console.log(`${what}: ${JSON.stringify(seen)}`);
}

const uri = (name) => pathToFileURL(join(folder, name)).href;
const text = {}, version = {};

/** A server with a connection to it. */
function serve() {
  const server = spawn(command, ["lsp", "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
  const ended = new Promise((resolve) => server.on("exit", (code, signal) => resolve({ code, signal })));
  const found = new Map(), waiting = [], registered = [], shown = [];
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (p) => {
    found.set(p.uri, p);
    waiting.splice(0).forEach((f) => f());
  });
  connection.onRequest(lsp.RegistrationRequest.type, (p) => { registered.push(...p.registrations); });
  connection.onRequest(lsp.ShowDocumentRequest.type, (p) => { shown.push(p.uri); return { success: true }; });
  connection.listen();
  const until = async (holds) => {
    const end = Date.now() + 20000;
    while (!holds() && Date.now() < end) await new Promise((resolve) => { waiting.push(resolve); setTimeout(resolve, 100); });
    return holds();
  };
  return { server, connection, ended, found, registered, shown, until };
}

const capabilities = {
  general: { positionEncodings: ["utf-8", "utf-16"] },
  workspace: { workspaceFolders: true, workspaceEdit: { documentChanges: true, resourceOperations: ["create"] }, didChangeWatchedFiles: { dynamicRegistration: true } },
  window: { showDocument: { support: true } },
  textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } },
};

async function start(s) {
  return s.connection.sendRequest(lsp.InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities, workspaceFolders: [{ uri: uri(""), name: "test" }] });
}

/** The place of a text in a document, in bytes. */
function at(name, part, skip = 0) {
  const i = text[name].indexOf(part);
  if (i < 0) throw new Error(`${name} has no ${part}`);
  const lines = text[name].slice(0, i).split("\n");
  return { line: lines.length - 1, character: Buffer.byteLength(lines.at(-1)) + skip };
}

async function main() {
  const s = serve();
  const { capabilities: can, serverInfo } = await start(s);
  expect("the server says who it is", serverInfo.name === "triallint", serverInfo);
  expect("positions are bytes", can.positionEncoding === "utf-8", can.positionEncoding);
  await s.connection.sendNotification(lsp.InitializedNotification.type, {});
  const open = async (name) => {
    text[name] = readFileSync(join(folder, name), "utf8");
    version[name] = 1;
    await s.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri: uri(name), languageId: "yaml", version: 1, text: text[name] } });
  };
  const of = (name) => s.found.get(uri(name))?.diagnostics ?? [];
  const place = (name, part, skip) => ({ textDocument: { uri: uri(name) }, position: at(name, part, skip) });
  const judged = (name) => s.until(() => s.found.get(uri(name))?.version === version[name]);
  const edit = async (name, range, newText) => {
    const start = offset(name, range.start), end = offset(name, range.end);
    text[name] = text[name].slice(0, start) + newText + text[name].slice(end);
    await s.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri: uri(name), version: ++version[name] }, contentChanges: [{ range, text: newText }] });
  };
  const offset = (name, p) => {
    const lines = text[name].split("\n");
    const before = lines.slice(0, p.line).reduce((n, l) => n + l.length + 1, 0);
    return before + Buffer.from(lines[p.line]).subarray(0, p.character).toString().length;
  };
  expect("other documents of the folder are judged", await s.until(() => of("context.jsonld").length > 0), [...s.found.keys()]);
  expect("files are watched", s.registered.some((r) => r.method === "workspace/didChangeWatchedFiles"), s.registered);
  for (const name of ["openapi.yml", "capabilities.yml", "rules.yml"]) await open(name);
  expect("the version is that of the text", await judged("openapi.yml"), [...s.found.values()]);
  const contact = of("openapi.yml").find((d) => d.code === "info-contact");
  expect("a finding has its page", contact?.codeDescription?.href.startsWith("https://"), of("openapi.yml"));

  const hover = await s.connection.sendRequest(lsp.HoverRequest.type, place("openapi.yml", "info:", 1));
  expect("hover explains", hover.contents.value.includes("info-contact") && hover.contents.value.includes("Why"), hover);
  const definition = await s.connection.sendRequest(lsp.DefinitionRequest.type, place("capabilities.yml", "openapi.yml#/paths", 2));
  expect("a capability leads to its operation", definition.length === 1 && definition[0].uri === uri("openapi.yml"), definition);
  const references = await s.connection.sendRequest(lsp.ReferencesRequest.type, { ...place("openapi.yml", "    Study:", 5), context: { includeDeclaration: false } });
  expect("references are found", references.length === 2, references);
  const symbols = await s.connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: { uri: uri("openapi.yml") } });
  expect("symbols are a list for a client that knows no tree", symbols.some((x) => x.name === "GET /studies" && x.location), symbols);
  const proposals = await s.connection.sendRequest(lsp.CompletionRequest.type, place("rules.yml", "function: pattern", 10));
  expect("functions are proposed", proposals.items.some((x) => x.label === "pattern"), proposals);
  const actions = await s.connection.sendRequest(lsp.CodeActionRequest.type, { textDocument: { uri: uri("capabilities.yml") }, range: { start: at("capabilities.yml", "pageSise"), end: at("capabilities.yml", "pageSise") }, context: { diagnostics: of("capabilities.yml") } });
  const fix = actions.find((x) => x.isPreferred);
  expect("a fix is offered", fix?.edit.documentChanges[0].edits[0].newText === "pageSize", actions);
  const explain = actions.find((x) => x.command);
  await s.connection.sendRequest(lsp.ExecuteCommandRequest.type, { command: explain.command.command, arguments: explain.command.arguments });
  expect("the explanation is opened", await s.until(() => s.shown.length === 1), s.shown);

  const prepared = await s.connection.sendRequest(lsp.PrepareRenameRequest.type, place("openapi.yml", "operationId: getStudy", 15));
  expect("an operationId can be renamed", prepared.placeholder === "getStudy", prepared);
  const renamed = await s.connection.sendRequest(lsp.RenameRequest.type, { ...place("openapi.yml", "operationId: listStudies", 15), newName: "findStudies" });
  expect("it is in all places", renamed.documentChanges.flatMap((d) => d.edits).length === 2, renamed);
  const refused = await s.connection.sendRequest(lsp.RenameRequest.type, { ...place("openapi.yml", "title: Example", 8), newName: "x" }).catch((e) => e);
  expect("what cannot be renamed is refused", refused instanceof lsp.ResponseError && refused.message.includes("nothing here"), String(refused));

  const stop = new lsp.CancellationTokenSource();
  const request = s.connection.sendRequest(lsp.HoverRequest.type, place("openapi.yml", "info:", 1), stop.token);
  stop.cancel();
  expect("a request can be cancelled", await request.then(() => true, (e) => e.code === lsp.LSPErrorCodes.RequestCancelled), null);

  const title = at("openapi.yml", "title: Example");
  await edit("openapi.yml", { start: title, end: title }, "summary: é😀\n  ");
  await judged("openapi.yml");
  const start2 = of("openapi.yml").find((d) => d.code === "operation-summary-length")?.range.start;
  const want = at("openapi.yml", "List studies");
  expect("positions move with the text", start2?.line === want.line && start2.character === want.character, [start2, want]);
  await edit("openapi.yml", { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, "broken: [\n");
  await judged("openapi.yml");
  expect("a broken document says so", of("openapi.yml").some((d) => d.code === "syntax" && d.severity === 1), of("openapi.yml"));

  await s.connection.sendRequest(lsp.ShutdownRequest.type);
  await s.connection.sendNotification(lsp.ExitNotification.type);
  expect("the server ends", (await s.ended).code === 0, await s.ended);
  const other = serve();
  await start(other);
  other.server.stdin.end();
  expect("it ends with its input", (await other.ended).code === 1, await other.ended);
  const killed = serve();
  await start(killed);
  killed.server.kill("SIGTERM");
  expect("it ends on SIGTERM", (await killed.ended).code === 2, await killed.ended);
  console.log(`${tried} tried`);
  process.exit(0);
}

main().catch((e) => { console.log(e.stack); process.exit(1); });
