/* Filters: the legend, whose entries switch what is shown. */

const EDGE_NAMES = { introduces: "introduces", uses: "uses", mentions: "mentions", relation: "relation of entities", link: "papers that share entities" };
const filters = { off: new Set(), since: null, until: null, least: 1 };
let yearsKnown = [];

function startFilters() {
  yearsKnown = [...new Set(graph.year)].filter(Boolean).sort((a, b) => a - b);
  filters.off = new Set(["link"]);
}

const yearsNarrowed = () => filters.since !== null || filters.until !== null;

function yearShown(year) {
  if (!yearsNarrowed()) return true;
  return year > 0 && year >= (filters.since ?? 0) && year <= (filters.until ?? 9999);
}

/* Nodes and edges that the filters leave. What is chosen stays, whatever its kind. */
function filtered({ nodes: allNodes, edges: allEdges }) {
  const papers = new Set();
  for (const node of allNodes) {
    if (typeOf(node.id) === "p" && !filters.off.has("Paper") && yearShown(graph.year[numberOf(node.id)])) papers.add(node.id);
  }
  const roleShown = (row) => !filters.off.has(graph.roles[useAt(row).role]) && yearShown(graph.year[useAt(row).paper]);
  const keep = (node) => {
    const type = typeOf(node.id);
    if (type === "g" || node.id === chosen) return true;
    if (type === "p") return papers.has(node.id);
    const entity = numberOf(node.id);
    if (filters.off.has(graph.kinds[graph.kind[entity]]) || supportOf(entity) < filters.least) return false;
    return graph.usesOfEntity(entity).some(roleShown);
  };
  const left = allNodes.filter(keep);
  const keys = new Set(left.map((node) => node.id));
  return { nodes: left, edges: allEdges.filter((edge) => keys.has(edge.from) && keys.has(edge.to) && !filters.off.has(senseOf(edge.id))) };
}

function toggle(name, picture, count, colour) {
  const box = el("input", { type: "checkbox", "data-filter": name });
  box.checked = !filters.off.has(name);
  box.addEventListener("change", () => {
    filters.off[box.checked ? "delete" : "add"](name);
    go({});
  });
  const label = el("label", { class: "toggle" }, box, picture, el("span", {}, EDGE_NAMES[name] ?? name));
  if (count !== null) label.append(el("span", { class: "count" }, count.toLocaleString("en")));
  return label;
}

function edgeSwatch(sense) {
  const line = svg("path", { d: "M-12 0H12", class: `edge-${sense}` });
  return svg("svg", { viewBox: "-13 -9 26 18", class: "swatch wide", "aria-hidden": "true" }, line);
}

function drawFilters() {
  const count = graph.kinds.map(() => 0);
  graph.kind.forEach((kind) => { count[kind] += 1; });
  const kinds = graph.kinds.map((kind, i) => (count[i] ? toggle(kind, swatch(graph.shapes[i], `kind-${i % 6}`), count[i]) : null));
  document.getElementById("kinds").replaceChildren(
    toggle("Paper", swatch(graph.paperShape, "paper"), graph.paperId.length), ...kinds.filter(Boolean));
  document.getElementById("edges").replaceChildren(
    ...[...graph.roles, "relation", "link"].map((sense) => toggle(sense, edgeSwatch(sense), null)));
  document.getElementById("years").hidden = yearsKnown.length < 2;
  bindYear("since", yearsKnown[0]);
  bindYear("until", yearsKnown[yearsKnown.length - 1]);
  const least = document.getElementById("least");
  // Not Math.max(...): of some 120,000 arguments a call has no room.
  const most = graph.name.reduce((so, _, entity) => Math.max(so, supportOf(entity)), 1);
  least.max = String(Math.max(2, Math.min(20, most)));
  least.value = String(filters.least);
  document.getElementById("least-said").textContent = plural(filters.least, "paper");
  least.oninput = () => { filters.least = Number(least.value); document.getElementById("least-said").textContent = plural(filters.least, "paper"); };
  least.onchange = () => go({});
  document.getElementById("reset").onclick = () => {
    Object.assign(filters, { off: new Set(["link"]), since: null, until: null, least: 1 });
    drawFilters();
    go({});
  };
}

function bindYear(name, edge) {
  const input = document.getElementById(name);
  input.min = String(yearsKnown[0] ?? "");
  input.max = String(yearsKnown[yearsKnown.length - 1] ?? "");
  input.placeholder = String(edge ?? "");
  input.value = filters[name] === null ? "" : String(filters[name]);
  input.onchange = () => {
    filters[name] = input.value === "" ? null : Number(input.value);
    go({});
  };
}

function drawPlaces() {
  const top = [...(graph.children.get(-1) ?? [])].sort((a, b) => graph.groups[a].other - graph.groups[b].other || graph.groups[b].size - graph.groups[a].size).slice(0, 60);
  const items = top.map((number) => {
    const button = el("button", { type: "button", class: "place" }, el("span", {}, groupName(number)),
      el("span", { class: "count" }, graph.groups[number].size.toLocaleString("en")));
    button.addEventListener("click", () => openGroup(number));
    return el("li", {}, button);
  });
  document.getElementById("places").replaceChildren(...items);
  document.getElementById("places-fold").hidden = items.length < 2;
}

/* A community is shown alone: opened where it is folded, else what the picture has of it. */
function openGroup(number) {
  return go({ view: { type: "group", of: number }, chosen: null });
}

function sayStatus() {
  const count = { p: 0, e: 0, g: 0 };
  shown.nodes.forEach((node) => { count[typeOf(node.id)] += 1; });
  const parts = [];
  if (count.g) {
    const papers = shown.nodes.reduce((sum, node) => sum + graph.groups[numberOf(node.id)].size, 0);
    parts.push(`${plural(papers, "paper")} folded into ${plural(count.g, "disc")}; click one to open it. Filters apply inside.`);
  } else {
    parts.push(`Shown: ${plural(count.p, "paper")}, ${plural(count.e, "entity")}, ${plural(shown.edges.length, "edge")}.`);
  }
  if (graph.partOf) parts.push(`This page is a part of a graph of ${plural(graph.partOf, "paper")}.`);
  if (folded) parts.push(folded);
  if (graph.whole && graph.folded && currentView.type === "top") parts.push(`${plural(graph.folded, "entity")} that one paper alone has are folded; search and panels have them.`);
  if (currentView.type === "group" && !count.g) {
    const all = new Set(shown.nodes.filter((node) => typeOf(node.id) === "p").flatMap((node) => entitiesOf(numberOf(node.id))));
    const left = all.size - count.e;
    if (left > 0) parts.push(`${plural(left, "more entity")} of these papers in search and panels.`);
  }
  if (yearsNarrowed() && graph.year.includes(0)) parts.push("Papers without a year are hidden.");
  if (!graph.heldAll) parts.push(`Abstracts and sentences of ${plural(graph.held.length, "paper")} are in this page, those with most ties.`);
  document.getElementById("status").textContent = parts.join(" ");
}
