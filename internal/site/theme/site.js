// Search and the choice of colours. Everything else works without scripts.
"use strict";
(() => {
  const root = document.body.dataset.root;
  const form = document.getElementById("search"), words = document.getElementById("words");
  const count = document.getElementById("count"), hits = document.getElementById("hits");
  const article = document.querySelector("article");
  const list = document.getElementById("found"), heading = document.createElement("h1");
  heading.textContent = "Found";
  list.prepend(heading); // a page without scripts has one heading, that of its article
  form.hidden = false;

  // On a telephone the page comes first, and the list of pages is one touch away.
  if (matchMedia("(max-width: 50rem)").matches) {
    for (const part of document.querySelectorAll("nav details[open]")) part.open = false;
  }

  // The index is a script, since a page of a folder may not fetch files.
  let loading;
  const load = () => loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = root + "search.js";
    script.onload = () => done(window.searchIndex);
    script.onerror = failed;
    document.head.append(script);
  });

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // score is how well a section fits: 0 where it lacks a word.
  const score = (entry, asked) => {
    entry.title ??= fold(entry.t + " " + entry.p);
    entry.text ??= fold(entry.x);
    let sum = 0;
    for (const word of asked) {
      const inTitle = entry.title.includes(word), inText = entry.text.includes(word);
      if (!inTitle && !inText) return 0;
      sum += (inTitle ? 10 : 0) + (inText ? 1 : 0);
    }
    return sum;
  };

  const excerpt = (entry, word) => {
    const at = Math.max(0, entry.text.indexOf(word) - 60);
    return (at > 0 ? "… " : "") + entry.x.slice(at, at + 200) + (entry.x.length > at + 200 ? " …" : "");
  };

  const show = (found, asked) => {
    hits.replaceChildren(...found.slice(0, 30).map(([, entry]) => {
      const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
      link.href = root + entry.u;
      link.textContent = entry.t === entry.p ? entry.t : entry.p + ": " + entry.t;
      text.textContent = excerpt(entry, asked[0]);
      item.append(link, text);
      return item;
    }));
    list.hidden = false;
    article.hidden = true;
    count.textContent = found.length === 1 ? "1 section" : found.length + " sections";
  };

  const search = async () => {
    const asked = fold(words.value).split(/\s+/).filter(Boolean);
    if (asked.length === 0) {
      list.hidden = true;
      article.hidden = false;
      count.textContent = "";
      return;
    }
    const found = [];
    for (const entry of await load()) {
      const points = score(entry, asked);
      if (points > 0) found.push([points, entry]);
    }
    found.sort((a, b) => b[0] - a[0]);
    show(found, asked);
  };
  const tried = () => search().catch(() => { count.textContent = "The index of the search is missing."; });
  words.addEventListener("input", tried);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tried().then(() => hits.querySelector("a")?.focus());
  });

  const button = document.getElementById("theme"), html = document.documentElement;
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const dark = () => html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const label = () => { button.textContent = dark() ? "Light" : "Dark"; };
  if (stored()) html.dataset.theme = stored();
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    html.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", html.dataset.theme); } catch { /* it is forgotten */ }
    label();
  });
})();
