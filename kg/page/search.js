/* Search: names, aliases and titles as one types; arrows walk the hits, Enter opens one. */

const foldText = (text) => (/^[\x20-\x7e]*$/.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "")).toLowerCase();
const HITS = 30;
/* Folded texts, and the thing and the alias (0: its name) that each is of. */
const index = { texts: [], keys: [], aliases: [], entities: 0, papers: 0 };
let hits = [];
let at = -1;

function addToIndex(text, key, alias) {
  index.texts.push(foldText(text));
  index.keys.push(key);
  index.aliases.push(alias);
}

/* Fold more texts, for so many milliseconds; says whether all are done. */
function growIndex(milliseconds) {
  const until = performance.now() + milliseconds;
  while (index.entities < graph.name.length) {
    const entity = index.entities;
    addToIndex(graph.name[entity], `e${entity}`, 0);
    graph.aliases[entity].forEach((alias, i) => addToIndex(alias, `e${entity}`, i + 1));
    index.entities += 1;
    if (entity % 256 === 255 && performance.now() > until) return false;
  }
  while (index.papers < graph.title.length) {
    const paper = index.papers;
    addToIndex(`${graph.title[paper]} ${graph.paperId[paper]}`, `p${paper}`, 0);
    index.papers += 1;
    if (paper % 256 === 255 && performance.now() > until) return false;
  }
  return true;
}

/* Make the index in the pauses after the picture, so that the first letter finds it made. */
function makeIndex() {
  if (!growIndex(12)) setTimeout(makeIndex, 4);
}

/* Every word must occur; equal beats beginning, beginning beats a word's beginning, that beats the inside. */
function rankOf(text, query, words) {
  for (const word of words) if (!text.includes(word)) return -1;
  if (text === query) return 4;
  if (text.startsWith(query)) return 3;
  const spaced = ` ${text}`;
  return words.every((word) => spaced.includes(` ${word}`)) ? 2 : 1;
}

/* The texts that the last search found, among which one that goes on from it looks. */
let last = { query: "", rows: null };

function findHits(asking) {
  const query = foldText(asking).trim();
  const words = query.split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  growIndex(Infinity);
  const narrowed = last.rows && last.query && query.startsWith(last.query) ? last.rows : null;
  const count = narrowed ? narrowed.length : index.texts.length;
  const rows = [];
  // The best few so far, the worst of them last; texts of one thing follow each other.
  const best = [];
  for (let i = 0; i < count; i += 1) {
    const row = narrowed ? narrowed[i] : i;
    const text = index.texts[row];
    const rank = rankOf(text, query, words);
    if (rank < 0) continue;
    rows.push(row);
    const key = index.keys[row];
    const worth = rank * 1e6 + (key[0] === "e" ? Math.min(supportOf(numberOf(key)), 9e5) + 2 : 1) - text.length / 1e3;
    if (best.length === HITS && worth <= best[HITS - 1].worth) continue;
    const same = best.findIndex((hit) => hit.key === key);
    if (same >= 0 && best[same].worth >= worth) continue;
    if (same >= 0) best.splice(same, 1);
    const alias = index.aliases[row];
    const after = best.findIndex((hit) => hit.worth < worth);
    const hit = { key, alias: alias ? graph.aliases[numberOf(key)][alias - 1] : "", worth };
    best.splice(after < 0 ? best.length : after, 0, hit);
    if (best.length > HITS) best.pop();
  }
  last = { query, rows };
  return best;
}

function drawHits() {
  const list = document.getElementById("hits");
  const input = document.getElementById("search");
  const asking = input.value.trim() !== "";
  list.hidden = !asking;
  input.setAttribute("aria-expanded", String(asking));
  const items = hits.map(({ key, alias }, i) => {
    const isEntity = typeOf(key) === "e";
    const aside = isEntity ? `${graph.kinds[graph.kind[numberOf(key)]]}, ${plural(supportOf(numberOf(key)), "paper")}` : `${graph.year[numberOf(key)] || "Paper"}`;
    const item = el("li", { role: "option", id: `hit-${i}`, "aria-selected": String(i === at), "data-key": key }, swatchOf(key),
      el("span", { class: "name", dir: "auto" }, shorten(labelOf(key), 80), alias ? el("span", { class: "muted" }, ` also ${alias}`) : null),
      el("span", { class: "muted" }, aside));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); openHit(i); });
    return item;
  });
  if (asking && !items.length) items.push(el("li", { class: "muted none" }, "Nothing is called that here."));
  list.replaceChildren(...items);
  input.setAttribute("aria-activedescendant", at >= 0 ? `hit-${at}` : "");
  if (at >= 0) list.children[at].scrollIntoView({ block: "nearest" });
}

function openHit(i) {
  const hit = hits[i];
  if (!hit) return;
  closeHits();
  choose(hit.key, { focus: true });
}

function closeHits() {
  hits = [];
  at = -1;
  document.getElementById("hits").hidden = true;
  document.getElementById("search").setAttribute("aria-expanded", "false");
}

function startSearch() {
  const input = document.getElementById("search");
  input.addEventListener("input", () => {
    hits = findHits(input.value);
    at = hits.length ? 0 : -1;
    drawHits();
  });
  input.addEventListener("focus", () => { if (input.value) { hits = findHits(input.value); at = -1; drawHits(); } });
  input.addEventListener("blur", closeHits);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      at = hits.length ? (at + step + hits.length) % hits.length : -1;
      drawHits();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!hits.length) hits = findHits(input.value);
      openHit(Math.max(at, 0));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (input.value) { input.value = ""; closeHits(); } else document.getElementById("canvas").focus();
    }
  });
}
