/* View: what the picture shows: everything, the map of communities, one community, or the surroundings of one thing. */

let opening = null;
/* type: "top" (all, or the map of communities), "group" with its number, "around" with a key, "path". */
let currentView = { type: "top" };
const AROUND_PAPERS = 30;
const AROUND_ENTITIES = 24;
/* Said beside the picture: what is folded or left out. */
let folded = "";

const sameView = (a, b) => a.type === b.type && a.of === b.of;

function paperNode(paper, x, y) {
  return { id: `p${paper}`, shape: graph.paperShape, size: 8, x, y };
}

/* `having`: how many papers have it, of those that the picture is of. */
function entityNode(entity, x, y, having = supportOf(entity)) {
  const size = Math.min(9 + 2.2 * Math.sqrt(Math.max(having - 1, 0)), 36) * 0.72;
  return { id: `e${entity}`, shape: graph.shapes[graph.kind[entity]], size, x, y };
}

function groupNode(number) {
  const [x, y, size] = graph.groups[number].at;
  return { id: `g${number}`, shape: "dot", size, x, y };
}

/* The edges between nodes that are drawn. Rows are read where they lie: a frequent entity has tens of thousands. */
function edgesAmong(drawn) {
  const numbersOf = (type) => new Set(drawn.filter((node) => typeOf(node.id) === type).map((node) => numberOf(node.id)));
  const [papers, entities] = [numbersOf("p"), numbersOf("e")];
  const found = [];
  for (const paper of papers) {
    for (const row of graph.usesOfPaper(paper)) {
      const entity = graph.uses[3 * row + 1];
      if (entities.has(entity)) found.push({ id: `u${row}`, from: `p${paper}`, to: `e${entity}` });
    }
    for (const row of graph.linksFrom(paper)) {
      const other = graph.links[3 * row + 1];
      if (papers.has(other)) found.push({ id: `l${row}`, from: `p${paper}`, to: `p${other}` });
    }
  }
  for (const subject of entities) {
    const seen = new Set();
    for (const row of graph.relationsFrom(subject)) {
      const object = graph.relations[4 * row + 2];
      if (!entities.has(object)) continue;
      const fact = `${graph.relations[4 * row + 1]} ${object}`;
      if (seen.has(fact)) continue;
      seen.add(fact);
      found.push({ id: `r${row}`, from: `e${subject}`, to: `e${object}` });
    }
  }
  return found;
}

function inside(number) {
  const group = graph.groups[number];
  const children = graph.children.get(number);
  if (children) {
    const ties = group.ties.map(([a, b, value]) => ({ id: `t${a}-${b}`, from: `g${a}`, to: `g${b}`, value }));
    return { nodes: children.map(groupNode), edges: ties };
  }
  const [papers, x, y] = group.papers;
  const made = papers.map((paper, i) => paperNode(paper, x[i], y[i]));
  const here = new Map();
  papers.flatMap(entitiesOf).forEach((entity) => here.set(entity, (here.get(entity) ?? 0) + 1));
  const [entities, ex, ey] = group.entities;
  entities.forEach((entity, i) => made.push(entityNode(entity, ex[i], ey[i], here.get(entity))));
  return { nodes: made, edges: edgesAmong(made) };
}

/* One community of a picture that shows all at once. */
function alone(number) {
  const made = opening.nodes.filter(({ id }) => groupOf(id) === number);
  const keys = new Set(made.map((node) => node.id));
  return { nodes: made, edges: opening.edges.filter(({ from, to }) => keys.has(from) && keys.has(to)).map((edge) => ({ ...edge, faint: false })) };
}

const groupOf = (key) => (typeOf(key) === "p" ? graph.paperGroup : graph.entityGroup)[numberOf(key)];

/* Edges from one community to another are many and long: they stay behind the others. */
function makeFaint() {
  if (graph.whole) opening.edges.forEach((edge) => { edge.faint = groupOf(edge.from) !== groupOf(edge.to); });
}

/* A thing in the middle, papers on a ring around it, entities on another; at most so many, the rest in the panel. */
function around(key) {
  const number = numberOf(key);
  const isEntity = typeOf(key) === "e";
  let papers;
  let entities;
  if (isEntity) {
    papers = papersByWorth(number);
    const drawn = papers.slice(0, AROUND_PAPERS);
    entities = mostShared(drawn.flatMap(entitiesOf).filter((entity) => entity !== number));
  } else {
    papers = similarTo(number).map(({ paper }) => paper);
    entities = entitiesOf(number);
  }
  const papersDrawn = papers.slice(0, isEntity ? AROUND_PAPERS : 16);
  const entitiesDrawn = entities.slice(0, AROUND_ENTITIES);
  const centre = isEntity ? entityNode(number, 0, 0) : paperNode(number, 0, 0);
  const first = isEntity ? papersDrawn : entitiesDrawn;
  const second = isEntity ? entitiesDrawn : papersDrawn;
  const make = { true: paperNode, false: entityNode };
  const made = [centre, ...onRing(first, make[isEntity], 230, 0), ...onRing(second, make[!isEntity], 400, 0.5)];
  const edgesDrawn = edgesAmong(made).map((edge) => ({ ...edge, faint: edge.from !== key && edge.to !== key }));
  const left = papers.length - papersDrawn.length;
  if (left > 0) folded = `${plural(papersDrawn.length, "paper")} of ${papers.length.toLocaleString("en")} drawn; the panel lists all.`;
  return { nodes: made, edges: edgesDrawn };
}

/* Papers of an entity: those first that introduce it, then that use it; of these, those of most ties. One number holds
   all three, since comparing the 20,000 papers of a frequent entity by their rows takes a quarter of a second. */
function papersByWorth(entity) {
  const rows = graph.usesOfEntity(entity);
  const told = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    const paper = graph.uses[3 * row];
    told[i] = (graph.uses[3 * row + 2] * 10000 + 9999 - Math.min(graph.linkCount[paper], 9999)) * 1e8 + paper;
  });
  return Array.from(told.sort(), (number) => number % 1e8);
}

function onRing(numbers, make, radius, turn) {
  const far = Math.max(radius, (numbers.length * 62) / (2 * Math.PI));
  return numbers.map((number, i) => {
    const angle = (2 * Math.PI * (i + turn)) / numbers.length - Math.PI / 2;
    return make(number, Math.round(far * 1.35 * Math.cos(angle)), Math.round(far * Math.sin(angle)));
  });
}

/* Entities by how often they are listed, the most frequent first; those of one paper only are left to the panel. */
function mostShared(listed) {
  const count = new Map();
  listed.forEach((entity) => count.set(entity, (count.get(entity) ?? 0) + 1));
  return [...count].filter(([, times]) => times > 1).sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([entity]) => entity);
}

function similarTo(paper) {
  return graph.linksOf(paper).map((row) => {
    const { a, b, weight } = linkAt(row);
    return { row, paper: a === paper ? b : a, weight };
  }).sort((x, y) => y.weight - x.weight || x.paper - y.paper);
}

/* Nodes and edges of a view, before filters. */
function contentsOf(view) {
  folded = "";
  if (view.type === "group") return graph.whole ? alone(view.of) : inside(view.of);
  if (view.type === "around") return around(view.of);
  if (view.type === "path") return alongPath();
  return opening;
}

function alongPath() {
  const make = { p: paperNode, e: entityNode };
  const made = walked.map((key, i) => make[typeOf(key)](numberOf(key), i * 210, i % 2 ? 60 : -60));
  return { nodes: made, edges: edgesAmong(made) };
}

let shown = { nodes: [], edges: [] };

/* Draw the current view under the current filters. */
function redraw({ fit = false } = {}) {
  shown = filtered(contentsOf(currentView));
  lightUp(litBy(chosen, shown), shown);
  if (currentView.type === "around") showInSteps(shown);
  else show(shown.nodes, shown.edges);
  rankLabels();
  if (fit) fitAll();
  sayStatus();
}

/* What is around a thing comes with its edges to that thing; edges among the others follow a frame later, since
   vis-network takes as long for one as for a node, and there are hundreds. */
function showInSteps(drawn) {
  show(drawn.nodes, drawn.edges.filter((edge) => !edge.faint));
  afterFrame().then(() => {
    if (drawn === shown) show(drawn.nodes, drawn.edges);
  });
}

/* A chosen node lights its neighbours, a chosen edge its ends. */
function litBy(key, drawn) {
  const found = new Set();
  // Around a thing all that is drawn belongs to it.
  if (!key || (currentView.type === "around" && currentView.of === key)) return found;
  if (walked.length && walked.includes(key)) walked.forEach((step) => found.add(step));
  for (const edge of drawn.edges) {
    if (edge.from === key || edge.to === key || edge.id === key) {
      found.add(edge.from);
      found.add(edge.to);
    }
  }
  if (drawn.nodes.some((node) => node.id === key)) found.add(key);
  return found;
}

function setView(view, { fit = true } = {}) {
  currentView = view;
  redraw({ fit });
  drawCrumbs();
}

function drawCrumbs() {
  const trail = [];
  const top = { name: graph.whole ? "All papers" : "All communities", view: { type: "top" } };
  if (currentView.type === "group") {
    for (let g = currentView.of; g !== -1; g = graph.groups[g].parent) trail.unshift({ name: groupName(g), view: { type: "group", of: g } });
  } else if (currentView.type === "around") {
    trail.push({ name: `Around ${labelOf(currentView.of)}`, view: currentView });
  } else if (currentView.type === "path") trail.push({ name: "Path", view: currentView });
  const steps = [top, ...trail].map((step, i, all) => {
    const last = i === all.length - 1;
    const button = el("button", { type: "button", title: step.name, "aria-current": last ? "location" : null }, shorten(step.name, 44));
    button.addEventListener("click", () => go({ view: step.view, chosen: null }));
    return button;
  });
  document.getElementById("crumbs").replaceChildren(...steps.flatMap((step, i) => (i ? [el("span", { "aria-hidden": "true" }, "›"), step] : [step])));
}

/* The view in which a thing is drawn, the present one if it is there. */
function homeOf(key) {
  if (nodes.get(key)) return currentView;
  const number = numberOf(key);
  if (typeOf(key) === "g") return { type: "group", of: number };
  if (graph.whole) return opening.nodes.some((node) => node.id === key) ? { type: "top" } : { type: "around", of: key };
  if (typeOf(key) === "p" && graph.paperGroup[number] >= 0) return { type: "group", of: graph.paperGroup[number] };
  return { type: "around", of: key };
}
