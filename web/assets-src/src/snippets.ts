import { siteRoot } from "./dom";

// Programs that get the same answer.
export function snippets(query: string, rows: boolean): [string, string][] {
  const url = new URL(siteRoot + "/sparql", location.href).href;
  const accept = rows ? "text/csv" : "text/turtle";
  const block = query.trim().replace(/\\/g, "\\\\").replace(/"""/g, '\\"\\"\\"');
  const python = rows
    ? `import io\nimport urllib.parse\nimport urllib.request\n\nimport pandas as pd\n\nquery = """\n${block}\n"""\nrequest = urllib.request.Request(\n    "${url}",\n    data=urllib.parse.urlencode({"query": query}).encode(),\n    headers={"Accept": "text/csv"},\n)\nwith urllib.request.urlopen(request) as answer:\n    table = pd.read_csv(io.BytesIO(answer.read()))\nprint(table)\n`
    : `import urllib.parse\nimport urllib.request\n\nquery = """\n${block}\n"""\nrequest = urllib.request.Request(\n    "${url}",\n    data=urllib.parse.urlencode({"query": query}).encode(),\n    headers={"Accept": "text/turtle"},\n)\nwith urllib.request.urlopen(request) as answer:\n    print(answer.read().decode())\n`;
  const r = `library(httr2)\n\nquery <- r"---(\n${query.trim()}\n)---"\nanswer <- request("${url}") |>\n  req_body_form(query = query) |>\n  req_headers(Accept = "${accept}") |>\n  req_perform()\n${rows ? "table <- read.csv(text = resp_body_string(answer))\nprint(table)" : "cat(resp_body_string(answer))"}\n`;
  const curl = `curl --data-urlencode query@- -H 'Accept: ${accept}' '${url}' <<'END'\n${query.trim()}\nEND\n`;
  return [["Python", python], ["R", r], ["curl", curl]];
}
