/* Data: unpacks the blocks of the page and answers who is tied to whom. Nothing here touches the picture.
   Papers, entities, uses, links and relations are told by number; a key is a letter and a number: p12, e7, g3 (group),
   u5 (use), l2 (link), r9 (relation), t3-4 (tie of two groups). */

const graph = {};

async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}

async function readBlock(id) {
  const block = document.getElementById(id);
  const text = block.dataset.packed === undefined ? block.textContent : await inflate(block.textContent);
  return JSON.parse(text);
}

/* For each of `count` nodes, the numbers of the rows that name it in `column`; rows are `width` numbers wide. */
function rowsOf(count, rows, width, column) {
  const start = new Uint32Array(count + 1);
  for (let i = column; i < rows.length; i += width) start[rows[i] + 1] += 1;
  for (let i = 0; i < count; i += 1) start[i + 1] += start[i];
  const next = start.slice();
  const listed = new Uint32Array(rows.length / width);
  for (let i = column, row = 0; i < rows.length; i += width, row += 1) listed[next[rows[i]]++] = row;
  return (node) => listed.subarray(start[node], start[node + 1]);
}

async function loadGraph() {
  const map = await readBlock("map");
  Object.assign(graph, map);
  [graph.paperId, graph.title, graph.year] = map.papers;
  [graph.name, graph.kind, graph.aliases] = map.entities;
  const papers = graph.paperId.length;
  const entities = graph.name.length;
  graph.usesOfPaper = rowsOf(papers, map.uses, 3, 0);
  graph.usesOfEntity = rowsOf(entities, map.uses, 3, 1);
  const fromA = rowsOf(papers, map.links, 3, 0);
  const fromB = rowsOf(papers, map.links, 3, 1);
  graph.linksOf = (paper) => [...fromA(paper), ...fromB(paper)];
  const asSubject = rowsOf(entities, map.relations, 4, 0);
  const asObject = rowsOf(entities, map.relations, 4, 2);
  graph.relationsOf = (entity) => [...asSubject(entity), ...asObject(entity)];
  graph.heldAt = map.heldAll ? null : new Map(map.held.map((paper, place) => [paper, place]));
  graph.children = new Map();
  map.groups.forEach((group, number) => {
    if (!graph.children.has(group.parent)) graph.children.set(group.parent, []);
    graph.children.get(group.parent).push(number);
  });
}

const typeOf = (key) => key[0];
const numberOf = (key) => Number(key.slice(1));
const useAt = (row) => ({ paper: graph.uses[3 * row], entity: graph.uses[3 * row + 1], role: graph.uses[3 * row + 2] });
const linkAt = (row) => ({ a: graph.links[3 * row], b: graph.links[3 * row + 1], weight: graph.links[3 * row + 2] });
const relationAt = (row) => {
  const [subject, predicate, object, paper] = graph.relations.slice(4 * row, 4 * row + 4);
  return { subject, predicate: graph.predicates[predicate], object, paper };
};
const supportOf = (entity) => graph.usesOfEntity(entity).length;
const entitiesOf = (paper) => Array.from(graph.usesOfPaper(paper), (row) => useAt(row).entity);
const papersOf = (entity) => Array.from(graph.usesOfEntity(entity), (row) => useAt(row).paper);

function sharedEntities(a, b) {
  const there = new Set(entitiesOf(b));
  return entitiesOf(a).filter((entity) => there.has(entity)).sort((x, y) => supportOf(x) - supportOf(y));
}

/* All relation rows that state the same thing as `row`. */
function sameRelations(row) {
  const { subject, predicate, object } = relationAt(row);
  return graph.relationsOf(subject).filter((other) => {
    const it = relationAt(other);
    return it.subject === subject && it.predicate === predicate && it.object === object;
  });
}

function groupName(number) {
  const group = graph.groups[number];
  if (group.other) return graph.whole ? `Papers that share nothing ${graph.around ? "else" : "with another"}` : "Other papers, with few ties";
  return group.label.map((entity) => graph.name[entity]).join(" · ") || `Community ${number + 1}`;
}

function labelOf(key) {
  const number = numberOf(key);
  if (typeOf(key) === "p") return graph.title[number];
  if (typeOf(key) === "e") return graph.name[number];
  return groupName(number);
}

const PREDICATES = {
  outperforms: "outperforms", evaluatedOn: "is evaluated on", measuredBy: "is measured by", partOf: "is part of",
  subtypeOf: "is a kind of", basedOn: "is based on", appliedTo: "is applied to", trainedOn: "is trained on",
};
const inWords = (predicate) => PREDICATES[predicate] || predicate;
const plural = (count, noun) => {
  const many = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${count.toLocaleString("en")} ${count === 1 ? noun : many}`;
};
const shorten = (text, length) => {
  const chars = Array.from(text);
  return chars.length <= length ? text : `${chars.slice(0, length - 1).join("").trimEnd()}…`;
};
