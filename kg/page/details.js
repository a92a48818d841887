/* Details: abstracts, mentions, claims and relations of papers, unpacked when they are asked for. */

const chunks = new Map();
let ledger = null;

function chunkOf(number) {
  if (!chunks.has(number)) chunks.set(number, readBlock(`details-${number}`));
  return chunks.get(number);
}

/* Details of a paper, or null where the page holds none (a graph too large for one page). */
async function detailsOf(paper) {
  const place = graph.heldAt ? graph.heldAt.get(paper) : paper;
  if (place === undefined) return null;
  const chunk = await chunkOf(Math.floor(place / graph.chunk));
  const details = chunk[place % graph.chunk];
  return details.chars ? details : spread(details, paper);
}

/* Details as the panels read them, from the short form in which the page holds them (kg/page/compact.py). */
function spread(details, paper) {
  const entities = entitiesOf(paper);
  details.title ??= graph.title[paper];
  // Offsets count characters; a string of JavaScript counts UTF-16 units, so the text is held as a list of characters.
  details.chars = Array.from(`${details.title}\n\n${details.abstract ?? ""}`);
  details.sentences = spansIn(details.sentences ?? [], 2);
  details.mentions = spansIn(details.mentions ?? [], 4).map(([start, end, at, score]) => [start, end, entities[at], score / 100]);
  details.claims = details.claims?.map((claim) => ({ ...claim, arguments: claim.arguments?.map(([role, at]) => [role, entities[at]]) }));
  details.relations = details.relations?.map(([s, predicate, o, start, end, score]) => [entities[s], graph.predicates[predicate], entities[o], start, end, score / 100]);
  return details;
}

/* Rows of `width` numbers whose first two are a step from the start before and a length: made start and end. */
function spansIn(flat, width) {
  const rows = [];
  let start = 0;
  for (let i = 0; i < flat.length; i += width) {
    start += flat[i];
    rows.push([start, start + flat[i + 1], ...flat.slice(i + 2, i + width)]);
  }
  return rows;
}

async function ledgerOf(entity) {
  ledger ??= readBlock("ledger");
  const { reasons, entities } = await ledger;
  const told = entities[entity] ?? {};
  const nameAt = (place) => (typeof place === "string" ? place : place ? graph.aliases[entity][place - 1] : graph.name[entity]);
  return { ...told, merges: told.merges?.map(([a, b, score, reason]) => [nameAt(a), nameAt(b), score, reasons[reason]]) };
}

const textAt = (details, start, end) => details.chars.slice(start, end).join("");
const sentenceAt = (details, offset) => (details.sentences ?? []).find(([start, end]) => start <= offset && offset < end);

/* The sentences of a paper that mention an entity, each once, in order. */
function sentencesWith(details, entity) {
  const found = new Map();
  for (const [start, , of] of details.mentions ?? []) {
    const sentence = of === entity ? sentenceAt(details, start) : undefined;
    if (sentence) found.set(sentence[0], sentence);
  }
  return [...found.values()];
}
