// The page to ask on: shipped queries, completion of terms, results as a sortable table. No library, nothing from elsewhere.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const [query, terms, state, fault, table] = ["query", "terms", "state", "fault", "results"].map($);
  const PAGE = 500;
  let known = { base: "", prefixes: {}, terms: [], queries: [] };
  let found = { vars: [], rows: [] };
  let shown = 0, sorted = { column: -1, down: false }, asking = null, offered = [], chosen = 0;

  const make = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text ?? "" }, more ?? {});

  // ---- terms

  function wordBefore() {
    const before = query.value.slice(0, query.selectionStart);
    const word = /[A-Za-z][\w-]*:?[\w-]*$/.exec(before);
    return word ? word[0] : "";
  }

  function offer(asked) {
    const word = wordBefore();
    const low = word.toLowerCase();
    if (!asked && !word.includes(":")) return close();
    const begins = (name) => name.toLowerCase().startsWith(low) || name.split(":")[1].toLowerCase().startsWith(low);
    offered = known.terms.filter((term) => begins(term.name)).slice(0, 50);
    if (!offered.length || (offered.length === 1 && offered[0].name === word)) return close();
    chosen = 0;
    terms.replaceChildren(...offered.map((term, at) => {
      const item = make("li", "", { id: `term-${at}` });
      item.setAttribute("role", "option");
      item.append(make("b", term.name), make("span", term.told));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); chosen = at; take(); });
      return item;
    }));
    const line = parseFloat(getComputedStyle(query).lineHeight), above = query.value.slice(0, query.selectionStart).split("\n").length;
    terms.style.top = `${Math.min(query.clientHeight, 10 + line * above - query.scrollTop)}px`;
    terms.hidden = false;
    query.setAttribute("aria-expanded", "true");
    mark();
  }

  function mark() {
    [...terms.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    query.setAttribute("aria-activedescendant", `term-${chosen}`);
    terms.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function close() {
    terms.hidden = true;
    query.setAttribute("aria-expanded", "false");
    query.removeAttribute("aria-activedescendant");
  }

  function take() {
    const end = query.selectionStart;
    query.setRangeText(offered[chosen].name + " ", end - wordBefore().length, end, "end");
    close();
    query.focus();
  }

  // All of the query is seen, up to two dozen lines.
  const fit = () => { query.rows = Math.min(24, Math.max(8, query.value.split("\n").length + 1)); };

  query.addEventListener("input", () => { fit(); offer(false); });
  query.addEventListener("blur", close);
  query.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") { event.preventDefault(); ask(); }
      if (event.key === " ") { event.preventDefault(); offer(true); }
      return;
    }
    if (terms.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) chosen = (chosen + step + offered.length) % offered.length;
    else if (event.key === "Enter") take();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    if (step) mark();
  });

  // ---- results

  function addressOf(iri) {
    const inside = known.base && iri.startsWith(known.base) && iri !== known.base;
    return inside ? "/" + encodeURI(iri.slice(known.base.length)).replaceAll("%25", "%").replaceAll("?", "%3F").replaceAll("#", "%23")
      : "/resource?iri=" + encodeURIComponent(iri);
  }

  function shortOf(iri) {
    if (known.base && iri.startsWith(known.base)) return iri.slice(known.base.length);
    for (const [prefix, space] of Object.entries(known.prefixes))
      if (iri.startsWith(space) && iri.length > space.length) return `${prefix}:${iri.slice(space.length)}`;
    return iri;
  }

  const isNumber = (term) => term && /#(integer|decimal|double|float|int|long)$/.test(term.datatype ?? "");

  function cellOf(term) {
    const cell = document.createElement("td");
    if (!term) return cell;
    if (term.type === "uri") {
      const link = make("a", shortOf(term.value), { href: addressOf(term.value), title: term.value });
      cell.append(link);
    } else cell.textContent = term.value;
    cell.dir = "auto";
    if (isNumber(term)) cell.className = "number";
    return cell;
  }

  function showMore() {
    const rows = found.rows.slice(shown, shown + PAGE).map((row) => {
      const line = document.createElement("tr");
      line.append(...found.vars.map((name) => cellOf(row[name])));
      return line;
    });
    table.tBodies[0].append(...rows);
    shown += rows.length;
    $("more").hidden = shown >= found.rows.length;
  }

  function show() {
    const head = document.createElement("tr");
    found.vars.forEach((name, column) => {
      const cell = make("th");
      cell.scope = "col";
      const down = sorted.column === column && sorted.down;
      cell.setAttribute("aria-sort", sorted.column === column ? (down ? "descending" : "ascending") : "none");
      const button = make("button", name + (sorted.column === column ? (down ? " ▾" : " ▴") : ""), { type: "button" });
      button.addEventListener("click", () => sortBy(column));
      cell.append(button);
      head.append(cell);
    });
    table.tHead.replaceChildren(head);
    table.tBodies[0].replaceChildren();
    table.hidden = false;
    shown = 0;
    showMore();
  }

  function sortBy(column) {
    sorted = { column, down: sorted.column === column && !sorted.down };
    const name = found.vars[column], sign = sorted.down ? -1 : 1;
    const compare = new Intl.Collator(undefined, { numeric: true }).compare;
    found.rows.sort((a, b) => {
      const [x, y] = [a[name], b[name]];
      if (!x || !y) return (x ? 1 : 0) - (y ? 1 : 0);
      return sign * (isNumber(x) && isNumber(y) ? Number(x.value) - Number(y.value) : compare(x.value, y.value));
    });
    show();
    table.tHead.rows[0].cells[column].firstChild.focus();
  }

  function fail(text) {
    fault.textContent = text;
    fault.hidden = false;
    const place = /^query:(\d+):(\d+):/.exec(text);
    if (!place) return;
    const before = query.value.split("\n").slice(0, place[1] - 1).reduce((sum, line) => sum + line.length + 1, 0);
    query.focus();
    query.setSelectionRange(before + Number(place[2]) - 1, before + Number(place[2]));
  }

  async function ask() {
    asking?.abort();
    const mine = asking = new AbortController();
    close();
    fault.hidden = true;
    $("more").hidden = $("csv").hidden = true;
    $("run").disabled = true;
    $("stop").disabled = false;
    state.textContent = "Asking …";
    document.body.dataset.state = "asking";
    history.replaceState(null, "", "#" + encodeURIComponent(query.value));
    const since = performance.now();
    const accept = "application/sparql-results+json, text/turtle;q=0.5";
    let end = "done";
    try {
      const answer = await fetch("/sparql", {
        method: "POST", body: query.value, signal: mine.signal, headers: { "Content-Type": "application/sparql-query", Accept: accept },
      });
      const kind = answer.headers.get("Content-Type") ?? "";
      const text = await answer.text();
      if (!answer.ok) {
        end = "failed";
        table.hidden = true;
        state.textContent = "";
        fail(text);
      } else {
        take_in(kind, text, ((performance.now() - since) / 1000).toFixed(2));
      }
    } catch (error) {
      end = "failed";
      state.textContent = error.name === "AbortError" ? "Stopped." : "The answer broke off: ask for less, with LIMIT, or see whether the server runs.";
    }
    if (mine !== asking) return;
    $("run").disabled = false;
    $("stop").disabled = true;
    document.body.dataset.state = end;
  }

  function take_in(kind, text, seconds) {
    sorted = { column: -1, down: false };
    $("csv").hidden = !kind.includes("json");
    $("csv").href = "/sparql?format=csv&query=" + encodeURIComponent(query.value);
    if (!kind.includes("json")) {
      found = { vars: ["triples"], rows: text.trimEnd().split("\n").map((line) => ({ triples: { type: "literal", value: line } })) };
      state.textContent = `Turtle, ${seconds} s`;
    } else {
      const results = JSON.parse(text);
      if ("boolean" in results) {
        table.hidden = true;
        state.textContent = `${results.boolean ? "Yes" : "No"}, ${seconds} s`;
        return;
      }
      found = { vars: results.head.vars, rows: results.results.bindings };
      // Of `SELECT *` the order is the engine's; the query's own reads better.
      const place = (name) => query.value.search(new RegExp(`[?$]${name}\\b`));
      if (/\bSELECT\s+((DISTINCT|REDUCED)\s*)?\*/i.test(query.value)) found.vars.sort((a, b) => place(a) - place(b));
      const count = found.rows.length;
      state.textContent = `${count.toLocaleString("en")} row${count === 1 ? "" : "s"}, ${seconds} s`;
    }
    show();
  }

  // ---- the beginning

  $("run").addEventListener("click", ask);
  $("stop").addEventListener("click", () => asking?.abort());
  $("more").addEventListener("click", showMore);
  // What a parameter is set to stands in the query, as the one value of each VALUES of its name.
  function setIn(name, value) {
    const block = new RegExp(`(VALUES\\s+\\?${name}(?:_name|_key)?\\s*\\{\\s*)("(?:[^"\\\\\\n]|\\\\.)*"|[-+]?\\d+(?:\\.\\d+)?)(\\s*\\})`, "g");
    query.value = query.value.replace(block, (all, head, before, tail) => {
      if (!before.startsWith('"')) return /^[-+]?\d{1,15}(\.\d{1,15})?$/.test(value) ? head + value + tail : all;
      // A key stands in small letters, as every name does in the graph beside how it is written.
      return head + JSON.stringify(/_key\s*\{/.test(head) ? value.toLowerCase() : value) + tail;
    });
  }

  $("shipped").addEventListener("change", (event) => {
    const named = known.queries.find((one) => one.name === event.target.value);
    $("told").textContent = named ? named.told : "";
    $("told").hidden = !named;
    $("parameters").hidden = !named || !named.parameters.length;
    $("parameters").replaceChildren(...(named ? named.parameters : []).flatMap((one) => {
      const field = make("input", "", { id: `set-${one.name}`, value: one.value, autocomplete: "off" });
      field.addEventListener("input", () => setIn(one.name, field.value));
      field.addEventListener("keydown", (pressed) => { if (pressed.key === "Enter") ask(); });
      field.setAttribute("aria-describedby", `help-${one.name}`);
      return [make("label", one.name, { htmlFor: field.id }), field, make("span", one.told, { id: `help-${one.name}` })];
    }));
    if (named) query.value = named.text;
    fit();
  });

  async function begin() {
    known = await (await fetch("/page/known.json")).json();
    $("shipped").append(...known.queries.map((one) => make("option", one.title, { value: one.name })));
    const given = decodeURIComponent(location.hash.slice(1));
    query.value = given || "SELECT ?paper ?title {\n  ?paper dcterms:title ?title\n}\nLIMIT 100\n";
    fit();
    document.body.dataset.state = "ready";
  }
  begin();
})();
