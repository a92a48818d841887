/* Address: the part after # says what is chosen, seen and filtered, in names that outlive a new export. */

/* What a thing or an edge is called: paper:ID, Kind:name; an edge by what it says and both its ends. */
function nameOf(key) {
  const number = numberOf(key);
  if (typeOf(key) === "p") return `paper:${graph.paperId[number]}`;
  if (typeOf(key) === "e") return `${graph.kinds[graph.kind[number]]}:${graph.name[number]}`;
  if (typeOf(key) === "u") return JSON.stringify(["use", `p${useAt(number).paper}`, `e${useAt(number).entity}`].map(nameIfKey));
  if (typeOf(key) === "l") return JSON.stringify(["link", `p${linkAt(number).a}`, `p${linkAt(number).b}`].map(nameIfKey));
  const { subject, predicate, object } = relationAt(number);
  return JSON.stringify([predicate, nameOf(`e${subject}`), nameOf(`e${object}`)]);
}

const nameIfKey = (text, place) => (place ? nameOf(text) : text);

/* What is called so, or null. */
function keyNamed(name) {
  const colon = (name ?? "").indexOf(":");
  if (colon < 0) return null;
  const [type, rest] = [name.slice(0, colon), name.slice(colon + 1)];
  if (type !== "paper") return entityNamed(rest, type);
  const paper = graph.paperId.indexOf(rest);
  return paper < 0 ? null : `p${paper}`;
}

function edgeNamed(name) {
  let told = null;
  try {
    told = JSON.parse(name);
  } catch {
    return null;
  }
  if (!Array.isArray(told) || told.length !== 3 || !told.every((part) => typeof part === "string")) return null;
  const [sense, from, to] = [told[0], keyNamed(told[1]), keyNamed(told[2])];
  if (!from || !to) return null;
  const [a, b] = [numberOf(from), numberOf(to)];
  const ends = typeOf(from) + typeOf(to);
  if (sense === "use" && ends === "pe") return rowFound("u", Array.from(graph.usesOfPaper(a)), (row) => useAt(row).entity === b);
  if (sense === "link" && ends === "pp") return rowFound("l", graph.linksOf(a), (row) => linkAt(row).a === b || linkAt(row).b === b);
  if (ends !== "ee") return null;
  return rowFound("r", graph.relationsOf(a), (row) => relationAt(row).subject === a && relationAt(row).predicate === sense && relationAt(row).object === b);
}

function rowFound(type, rows, fits) {
  const row = rows.find(fits);
  return row === undefined ? null : `${type}${row}`;
}

/* A community is called by its entities, or by its number where another is called so too. */
function communityNamed(name) {
  const found = graph.groups.findIndex((_, number) => groupName(number) === name);
  if (found >= 0) return found;
  const number = whole(name);
  return number !== null && number < graph.groups.length ? number : null;
}

function toAddress() {
  const said = new URLSearchParams();
  const number = chosen ? numberOf(chosen) : -1;
  if (chosen && typeOf(chosen) === "p") said.set("paper", graph.paperId[number]);
  if (chosen && typeOf(chosen) === "e") {
    said.set("entity", graph.name[number]);
    said.set("kind", graph.kinds[graph.kind[number]]);
  }
  if (chosen && "ulr".includes(typeOf(chosen))) said.set("edge", nameOf(chosen));
  if (walked.length) said.set("path", nameOf(walked[0]));
  if (currentView.type === "group") {
    const name = groupName(currentView.of);
    said.set("community", communityNamed(name) === currentView.of ? name : String(currentView.of));
  }
  if (currentView.type === "around") said.set("around", chosen === currentView.of ? "1" : nameOf(currentView.of));
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
  return said.has("edge") ? edgeNamed(said.get("edge")) : null;
}

function fromAddress(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  filters.off = new Set(said.has("off") ? said.get("off").split(",").filter(Boolean) : ["link"]);
  filters.since = whole(said.get("since"));
  filters.until = whole(said.get("until"));
  filters.least = Math.max(1, whole(said.get("least")) ?? 1);
  const key = chosenIn(said);
  const community = said.has("community") ? communityNamed(said.get("community")) : null;
  let view = { type: "top" };
  const around = said.get("around") === "1" ? key : keyNamed(said.get("around"));
  const from = key && "pe".includes(typeOf(key)) ? keyNamed(said.get("path")) : null;
  if (around && "pe".includes(typeOf(around))) view = { type: "around", of: around };
  else if (community !== null) view = { type: "group", of: community };
  else if (key && "pe".includes(typeOf(key))) view = homeOf(key);
  return { key, view, from };
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
