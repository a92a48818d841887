/* Address: the part after # says what is chosen, seen and filtered, in names that outlive a new export. */

function toAddress() {
  const said = new URLSearchParams();
  const number = chosen ? numberOf(chosen) : -1;
  if (chosen && typeOf(chosen) === "p") said.set("paper", graph.paperId[number]);
  if (chosen && typeOf(chosen) === "e") {
    said.set("entity", graph.name[number]);
    said.set("kind", graph.kinds[graph.kind[number]]);
  }
  if (chosen && "ulr".includes(typeOf(chosen))) said.set("edge", chosen);
  if (currentView.type === "group") said.set("community", String(currentView.of));
  if (currentView.type === "around") said.set("around", chosen === currentView.of ? "1" : currentView.of);
  const off = [...filters.off].sort().join(",");
  if (off !== "link") said.set("off", off);
  for (const name of ["since", "until"]) if (filters[name] !== null) said.set(name, String(filters[name]));
  if (filters.least > 1) said.set("least", String(filters.least));
  return said.toString();
}

const whole = (text) => (/^\d+$/.test(text ?? "") ? Number(text) : null);

/* A name as printed, else in any case, else an alias; of several, the one of most papers. */
function entityNamed(name, kind) {
  const asked = foldText(name);
  const fits = (entity) => !kind || graph.kinds[graph.kind[entity]].toLowerCase() === kind.toLowerCase();
  const all = graph.name.map((_, entity) => entity).filter(fits);
  const rules = [(e) => graph.name[e] === name, (e) => foldText(graph.name[e]) === asked, (e) => graph.aliases[e].some((alias) => foldText(alias) === asked)];
  for (const rule of rules) {
    const found = all.filter(rule).sort((a, b) => supportOf(b) - supportOf(a) || a - b);
    if (found.length) return `e${found[0]}`;
  }
  return null;
}

function chosenIn(said) {
  if (said.has("entity")) return entityNamed(said.get("entity"), said.get("kind"));
  if (said.has("paper")) {
    const paper = graph.paperId.indexOf(said.get("paper"));
    return paper < 0 ? null : `p${paper}`;
  }
  const edge = said.get("edge") ?? "";
  const most = { u: graph.uses.length / 3, l: graph.links.length / 3, r: graph.relations.length / 4 }[edge[0]] ?? 0;
  return /^[ulr]\d+$/.test(edge) && numberOf(edge) < most ? edge : null;
}

function fromAddress(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  filters.off = new Set(said.has("off") ? said.get("off").split(",").filter(Boolean) : ["link"]);
  filters.since = whole(said.get("since"));
  filters.until = whole(said.get("until"));
  filters.least = Math.max(1, whole(said.get("least")) ?? 1);
  const key = chosenIn(said);
  const community = whole(said.get("community"));
  let view = { type: "top" };
  const around = said.get("around") === "1" ? key : said.get("around");
  if (around && /^[pe]\d+$/.test(around) && numberOf(around) < (typeOf(around) === "p" ? graph.title : graph.name).length) view = { type: "around", of: around };
  else if (!graph.whole && community !== null && community < graph.groups.length) view = { type: "group", of: community };
  else if (key && "pe".includes(typeOf(key))) view = homeOf(key);
  return { key, view };
}

/* Write the address; a choice makes a step that the browser's Back undoes. */
function writeAddress() {
  const hash = `#${toAddress()}`;
  if (hash === location.hash || (hash === "#" && !location.hash)) return;
  try {
    history.pushState(null, "", hash === "#" ? location.pathname + location.search : hash);
  } catch (error) {
    // A page inside another (a notebook) may have no address of its own.
    if (!(error instanceof DOMException)) throw error;
  }
}
