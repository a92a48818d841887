/* Search: names, aliases and titles as one types; arrows walk the hits, Enter opens one. */

const foldText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const HITS = 30;
let index = null;
let hits = [];
let at = -1;

/* [folded text, key, alias or ""], made when search is first used. */
function searchIndex() {
  if (index) return index;
  index = [];
  graph.name.forEach((name, entity) => {
    index.push([foldText(name), `e${entity}`, ""]);
    graph.aliases[entity].forEach((alias) => index.push([foldText(alias), `e${entity}`, alias]));
  });
  graph.title.forEach((title, paper) => index.push([foldText(`${title} ${graph.paperId[paper]}`), `p${paper}`, ""]));
  return index;
}

/* Every word must occur; equal beats beginning, beginning beats a word's beginning, that beats the inside. */
function rankOf(text, query, words) {
  if (!words.every((word) => text.includes(word))) return -1;
  if (text === query) return 4;
  if (text.startsWith(query)) return 3;
  if (words.every((word) => (` ${text}`).includes(` ${word}`))) return 2;
  return 1;
}

function findHits(asking) {
  const query = foldText(asking).trim();
  const words = query.split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const best = new Map();
  for (const [text, key, alias] of searchIndex()) {
    const rank = rankOf(text, query, words);
    if (rank < 0) continue;
    const worth = rank * 1e6 + (typeOf(key) === "e" ? Math.min(supportOf(numberOf(key)), 9e5) + 2 : 1) - text.length / 1e3;
    if (!best.has(key) || best.get(key).worth < worth) best.set(key, { key, alias, worth });
  }
  return [...best.values()].sort((a, b) => b.worth - a.worth || (a.key < b.key ? -1 : 1)).slice(0, HITS);
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
