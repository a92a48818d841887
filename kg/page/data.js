/* Data: unpacks the blocks of the page and answers who is tied to whom. Nothing here touches the picture.
   Papers, entities, uses, links and relations are told by number; a key is a letter and a number: p12, e7, g3 (group),
   u5 (use), l2 (link), r9 (relation), t3-4 (tie of two groups). */

const graph = {};

function bytesOf(binary) {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function inflate(base64) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : bytesOf(atob(base64));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}

async function readBlock(id) {
  const block = document.getElementById(id);
  const text = block.dataset.packed === undefined ? block.textContent : await inflate(block.textContent);
  return JSON.parse(text);
}

/* Numbers told as the steps from one to the next. */
function summed(steps) {
  let at = 0;
  return steps.map((step) => { at += step; return at; });
}

/* Rows of uses, links and relations from the columns in which the page holds them (kg/page/compact.py). */
function spreadUses({ of, entities, roles }) {
  const rows = new Uint32Array(3 * entities.length);
  let row = 0;
  of.forEach((count, paper) => {
    let entity = 0;
    for (const end = row + count; row < end; row += 1) {
      entity += entities[row];
      rows.set([paper, entity, roles.charCodeAt(row) - 48], 3 * row);
    }
  });
  return rows;
}

function spreadLinks({ of, papers, tenths }) {
  const rows = new Float64Array(3 * papers.length);
  let row = 0;
  of.forEach((count, a) => {
    let b = 0;
    for (const end = row + count; row < end; row += 1) {
      b += papers[row];
      rows.set([a, b, tenths[row] / 10], 3 * row);
    }
  });
  return rows;
}

/* Subject and object are told by their place among the entities of the paper that states the relation. */
function spreadRelations({ of, subjects, predicates, objects }, uses, usesOf) {
  const rows = new Uint32Array(4 * subjects.length);
  let row = 0;
  let first = 0;
  of.forEach((count, paper) => {
    for (const end = row + count; row < end; row += 1) {
      rows.set([uses[3 * (first + subjects[row]) + 1], predicates[row], uses[3 * (first + objects[row]) + 1], paper], 4 * row);
    }
    first += usesOf[paper];
  });
  return rows;
}

/* Each node's community: where communities open to views of their own, the first that draws it. */
function groupsOf(count, column) {
  const found = new Int32Array(count).fill(-1);
  graph.groups.forEach((group, number) => {
    group[column] = [summed(group[column][0]), group[column][1], group[column][2]];
    group[column][0].forEach((node) => { if (found[node] < 0) found[node] = number; });
  });
  return found;
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
  graph.uses = spreadUses(map.uses);
  graph.links = spreadLinks(map.links);
  graph.relations = spreadRelations(map.relations, graph.uses, map.uses.of);
  graph.usesOfPaper = rowsOf(papers, graph.uses, 3, 0);
  graph.usesOfEntity = rowsOf(entities, graph.uses, 3, 1);
  const fromA = rowsOf(papers, graph.links, 3, 0);
  const fromB = rowsOf(papers, graph.links, 3, 1);
  graph.linkCount = Uint16Array.from(graph.paperId, (_, paper) => fromA(paper).length + fromB(paper).length);
  graph.linksFrom = fromA;
  graph.linksOf = (paper) => [...fromA(paper), ...fromB(paper)];
  const asSubject = rowsOf(entities, graph.relations, 4, 0);
  const asObject = rowsOf(entities, graph.relations, 4, 2);
  graph.relationsFrom = asSubject;
  graph.relationsOf = (entity) => [...asSubject(entity), ...asObject(entity)];
  graph.heldAt = map.heldAll ? null : new Map(summed(map.held).map((paper, place) => [paper, place]));
  if (!graph.whole) {
    graph.paperGroup = groupsOf(papers, "papers");
    graph.entityGroup = groupsOf(entities, "entities");
  }
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
  const [subject, predicate, object, paper] = graph.relations.subarray(4 * row, 4 * row + 4);
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
