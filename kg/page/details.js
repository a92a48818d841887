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
  // Offsets count characters; a string of JavaScript counts UTF-16 units, so the text is held as a list of characters.
  details.chars ??= Array.from(`${details.title ?? ""}\n\n${details.abstract ?? ""}`);
  return details;
}

async function ledgerOf(entity) {
  ledger ??= readBlock("ledger");
  return (await ledger)[entity] ?? {};
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
