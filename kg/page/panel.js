/* Panel: everything known of what is chosen, each fact with its sentence. All text goes in as text, never as markup. */

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/* A link out, only for web addresses: what a file calls a URL may be anything. */
function linkOut(address, text) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return el("span", {}, text);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return el("span", {}, text);
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

function thing(key, { long = false } = {}) {
  const text = labelOf(key);
  const button = el("button", { type: "button", class: "thing", "data-key": key, title: text }, swatchOf(key),
    el("span", { dir: "auto" }, long ? text : shorten(text, 70)));
  button.addEventListener("click", () => choose(key));
  return button;
}

const section = (title, ...children) => el("section", {}, el("h3", {}, title), ...children);
const tag = (text, className = "") => el("span", { class: `tag ${className}` }, text);
const sure = (score) => el("span", { class: "score", title: "score, 0 to 1" }, score.toFixed(2));

/* The parts of a paper's text between two offsets, mentions marked by kind and claims underlined. */
function marked(details, start, end, { claims = true, only = null } = {}) {
  const mentions = (details.mentions ?? []).filter(([s, e, of]) => s >= start && e <= end && (only === null || of === only));
  const asserted = claims ? (details.claims ?? []).filter(({ at: [s, e] }) => s < end && e > start) : [];
  const cuts = new Set([start, end]);
  mentions.forEach(([s, e]) => cuts.add(s).add(e));
  asserted.forEach(({ at: [s, e] }) => cuts.add(Math.max(s, start)).add(Math.min(e, end)));
  const sorted = [...cuts].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const [from, to] = [sorted[i], sorted[i + 1]];
    const text = textAt(details, from, to);
    const mention = mentions.find(([s, e]) => s <= from && to <= e);
    const claim = asserted.find(({ at: [s, e] }) => s <= from && to <= e);
    let part = document.createTextNode(text);
    if (mention) part = markOf(mention[2], text);
    if (claim) part = el("u", { class: "claim", title: claimInWords(claim) }, part);
    parts.push(part);
  }
  return parts;
}

function markOf(entity, text) {
  const mark = el("mark", {
    class: `kind-${graph.kind[entity] % 6}`, role: "button", tabindex: "0", "data-key": `e${entity}`,
    title: `${graph.kinds[graph.kind[entity]]}: ${graph.name[entity]}`,
  }, text);
  const open = () => choose(`e${entity}`);
  mark.addEventListener("click", open);
  mark.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  });
  return mark;
}

function quote(details, start, end, options = {}) {
  return el("blockquote", { dir: "auto" }, marked(details, start, end, options));
}

const notHeld = () => el("p", { class: "muted" }, "Its sentences are not in this page, which holds those of the papers with most ties; ask kg show.");

function claimInWords(claim) {
  const words = [claim.prior ? "prior work" : "", claim.type, claim.predicate ?? "", claim.polarity ?? "",
    claim.negated ? "negated" : "", claim.hedged ? "hedged" : "", ...(claim.values ?? [])];
  return words.filter(Boolean).join(", ");
}

function claimItem(details, claim, { paper = null } = {}) {
  const tags = [claim.type, claim.predicate, claim.polarity].filter(Boolean).map((text) => tag(text, text));
  if (claim.negated) tags.push(tag("negated", "negative"));
  if (claim.hedged) tags.push(tag("hedged"));
  if (claim.prior) tags.push(tag("prior work"));
  (claim.values ?? []).forEach((value) => tags.push(tag(value, "value")));
  const parts = (claim.arguments ?? []).map(([role, entity]) => el("span", { class: "argument" }, `${role} `, thing(`e${entity}`)));
  return el("li", {}, paper === null ? null : thing(`p${paper}`), quote(details, ...claim.at, { claims: false }),
    el("div", { class: "tags" }, tags, sure(claim.score)), parts.length ? el("div", { class: "tags" }, parts) : null);
}

/* A list that shows its first `count` entries and a button for more; `make` may be asynchronous. */
function listOf(items, make, count = 12) {
  const list = el("ul", { class: "facts" });
  let next = 0;
  const more = el("button", { type: "button", class: "more" });
  const extend = async () => {
    const some = items.slice(next, next + count);
    next += some.length;
    list.append(...(await Promise.all(some.map(make))).filter(Boolean));
    more.textContent = `Show ${Math.min(count, items.length - next)} more of ${items.length.toLocaleString("en")}`;
    more.hidden = next >= items.length;
  };
  more.addEventListener("click", extend);
  const holder = el("div", {}, list, more);
  return extend().then(() => holder);
}

async function paperWithSentences(paper, entity) {
  const details = await detailsOf(paper);
  const year = graph.year[paper] ? tag(String(graph.year[paper])) : null;
  const said = details ? sentencesWith(details, entity).slice(0, 2).map(([s, e]) => quote(details, s, e, { only: entity })) : [notHeld()];
  return el("li", {}, el("div", { class: "line" }, thing(`p${paper}`), year), said);
}

const ROLE_TITLES = { introduces: "Introduced by", uses: "Used by", mentions: "Mentioned by" };

async function entityFacts(entity) {
  const kind = graph.kinds[graph.kind[entity]];
  const more = await ledgerOf(entity);
  const uses = Array.from(graph.usesOfEntity(entity), useAt);
  const parts = [head(`e${entity}`, kind, [`in ${plural(uses.length, "paper")}`])];
  parts.push(namesOf(entity, more));
  if (more.groundings) parts.push(section("Identifiers elsewhere", el("ul", { class: "facts" }, more.groundings.map(groundingItem))));
  if (more.broader) parts.push(section("Part of the wider", el("div", { class: "chips" }, more.broader.map((wider) => thing(`e${wider}`)))));
  parts.push(later(() => relationFacts(entity)));
  for (const [role, name] of graph.roles.entries()) {
    const papers = uses.filter((use) => use.role === role).map((use) => use.paper)
      .sort((a, b) => graph.year[b] - graph.year[a] || a - b);
    if (papers.length) parts.push(later(async () => section(`${ROLE_TITLES[name] ?? name} ${plural(papers.length, "paper")}`, await listOf(papers, (paper) => paperWithSentences(paper, entity), 8))));
  }
  parts.push(later(() => claimsAbout(entity, uses.map((use) => use.paper))));
  return parts;
}

function namesOf(entity, more) {
  const aliases = graph.aliases[entity];
  const merges = more.merges ?? [];
  if (!aliases.length && !merges.length) return null;
  const why = merges.map(([a, b, score, reason]) => el("li", {}, el("q", { dir: "auto" }, a), " is ", el("q", { dir: "auto" }, b),
    el("div", { class: "muted" }, reason, " ", sure(score))));
  return section("Also written", el("div", { class: "chips", dir: "auto" }, aliases.map((alias) => tag(alias))),
    why.length ? el("details", {}, el("summary", {}, `Why: ${plural(why.length, "decision")}`), el("ul", { class: "facts" }, why)) : null);
}

const REGISTRIES = {
  wikidata: "http://www.wikidata.org/entity/", openalex: "https://openalex.org/", cso: "https://cso.kmi.open.ac.uk/topics/",
  orkg: "http://orkg.org/orkg/resource/", dbpedia: "http://dbpedia.org/resource/", huggingface: "https://huggingface.co/datasets/",
  pwc: "https://paperswithcode.com/dataset/",
};

function groundingItem([scheme, identifier, name, score]) {
  const base = REGISTRIES[scheme];
  const address = /^https?:/.test(identifier) ? identifier : base ? base + encodeURIComponent(identifier) : "";
  const id = address ? linkOut(address, identifier.replace(base, "")) : identifier;
  return el("li", {}, `${scheme}: `, id, name ? ` (${name}) ` : " ", sure(score));
}

async function relationFacts(entity) {
  const facts = new Map();
  for (const row of graph.relationsOf(entity)) {
    const it = relationAt(row);
    const fact = `${it.predicate} ${it.subject} ${it.object}`;
    if (!facts.has(fact)) facts.set(fact, row);
  }
  if (!facts.size) return null;
  const rows = [...facts.keys()].sort().map((fact) => facts.get(fact));
  return section("Relations", await listOf(rows, (row) => relationItem(row, entity), 10));
}

async function relationItem(row, from) {
  const { subject, predicate, object } = relationAt(row);
  const papers = sameRelations(row).map((other) => relationAt(other).paper);
  const other = subject === from ? object : subject;
  const said = await evidenceOf(row, papers.slice(0, 1));
  const words = subject === from
    ? [el("span", {}, `${inWords(predicate)} `), thing(`e${other}`)]
    : [thing(`e${other}`), el("span", {}, ` ${inWords(predicate)} it`)];
  const edge = el("button", { type: "button", class: "more inline" }, `all ${papers.length} papers`);
  edge.addEventListener("click", () => choose(`r${row}`));
  return el("li", {}, el("div", { class: "line" }, words), said, papers.length > 1 ? edge : null);
}

/* The sentences in which papers state a relation. */
async function evidenceOf(row, papers) {
  const { subject, predicate, object } = relationAt(row);
  const found = [];
  for (const paper of papers) {
    const details = await detailsOf(paper);
    const stated = details ? (details.relations ?? []).filter(([s, p, o]) => s === subject && p === predicate && o === object) : [];
    const said = details ? stated.map(([, , , s, e, score]) => [quote(details, s, e), el("div", { class: "tags" }, sure(score))]) : [notHeld()];
    found.push(el("div", {}, thing(`p${paper}`), said.flat()));
  }
  return found;
}

/* Claims need their papers' details; of a frequent entity, those of its first papers are looked through. */
const CLAIMS_LOOKED = 60;

async function claimsAbout(entity, papers) {
  const found = [];
  for (const paper of papers.slice(0, CLAIMS_LOOKED)) {
    const details = await detailsOf(paper);
    for (const claim of details?.claims ?? []) {
      if ((claim.arguments ?? []).some(([, argument]) => argument === entity)) found.push({ details, claim, paper });
    }
  }
  if (!found.length) return null;
  const note = papers.length > CLAIMS_LOOKED ? el("p", { class: "muted" }, `From ${CLAIMS_LOOKED} of its ${papers.length.toLocaleString("en")} papers.`) : null;
  return section(`Claims about it (${found.length})`, note, await listOf(found, ({ details, claim, paper }) => claimItem(details, claim, { paper }), 8));
}

function head(key, kind, more) {
  const title = labelOf(key);
  const walk = el("button", { type: "button" }, "Path from here…");
  walk.addEventListener("click", () => startPath(key));
  const around = el("button", { type: "button" }, "Around this");
  around.addEventListener("click", () => go({ view: { type: "around", of: key }, chosen: key }));
  const find = el("button", { type: "button" }, "Show in picture");
  find.addEventListener("click", () => { go({ view: homeOf(key), chosen: key }); focusOn(key); });
  return el("header", {}, el("p", { class: "kind" }, swatchOf(key), " ", [kind, ...more].filter(Boolean).join(" · ")),
    el("h2", { dir: "auto" }, title), el("div", { class: "actions" }, find, around, walk));
}

async function paperFacts(paper) {
  const key = `p${paper}`;
  const details = await detailsOf(paper);
  const year = graph.year[paper];
  const parts = [head(key, "Paper", [year ? String(year) : "year unknown"])];
  const about = [];
  if (details?.authors) about.push(el("p", { dir: "auto" }, details.authors.join(", ")));
  if (details?.venue) about.push(el("p", { class: "muted", dir: "auto" }, details.venue));
  about.push(el("p", {}, details?.url ? linkOut(details.url, graph.paperId[paper]) : graph.paperId[paper]));
  parts.push(...about);
  if (!details) parts.push(notHeld());
  else if (details.abstract) {
    const from = Array.from(details.title ?? "").length + 2;
    parts.push(section("Abstract", el("div", { class: "abstract", dir: "auto" }, marked(details, from, details.chars.length)), abstractLegend(details)));
  } else parts.push(el("p", { class: "muted" }, "No abstract."));
  parts.push(...rolesOf(paper));
  if (details?.claims) parts.push(section(`Claims (${details.claims.length})`, el("ul", { class: "facts" }, details.claims.map((claim) => claimItem(details, claim)))));
  if (details?.relations) parts.push(section("Relations stated", el("ul", { class: "facts" }, details.relations.map((stated) => statedItem(details, stated)))));
  const similar = similarTo(paper);
  if (similar.length) parts.push(section("Most similar papers", await listOf(similar, ({ paper: other, row }) => similarItem(paper, other, row), 6)));
  return parts;
}

function abstractLegend(details) {
  const used = [...new Set((details.mentions ?? []).map(([, , entity]) => graph.kind[entity]))].sort((a, b) => a - b);
  const marks = used.map((kind) => el("span", { class: "key" }, swatch(graph.shapes[kind], `kind-${kind % 6}`), graph.kinds[kind]));
  return el("p", { class: "keys" }, marks, details.claims ? el("span", { class: "key" }, el("u", { class: "claim" }, "claim")) : null);
}

function rolesOf(paper) {
  const uses = Array.from(graph.usesOfPaper(paper), useAt);
  return graph.roles.map((name, role) => {
    const entities = uses.filter((use) => use.role === role).map((use) => use.entity);
    if (!entities.length) return null;
    entities.sort((a, b) => graph.kind[a] - graph.kind[b] || supportOf(b) - supportOf(a) || a - b);
    return section(`It ${name}`, el("div", { class: "chips" }, entities.map((entity) => thing(`e${entity}`))));
  });
}

function statedItem(details, [subject, predicate, object, start, end, score]) {
  return el("li", {}, el("div", { class: "line" }, thing(`e${subject}`), ` ${inWords(predicate)} `, thing(`e${object}`)),
    quote(details, start, end), el("div", { class: "tags" }, sure(score)));
}

function similarItem(paper, other, row) {
  const shared = sharedEntities(paper, other).map((entity) => thing(`e${entity}`));
  return el("li", {}, thing(`p${other}`), el("div", { class: "chips" }, shared), el("span", { class: "muted" }, `${linkAt(row).weight} bits`));
}

async function edgeFacts(key) {
  const number = numberOf(key);
  if (typeOf(key) === "u") return useFacts(useAt(number));
  if (typeOf(key) === "r") return relationEdgeFacts(number);
  if (typeOf(key) === "l") return linkFacts(linkAt(number));
  const [a, b] = key.slice(1).split("-").map(Number);
  return [el("header", {}, el("p", { class: "kind" }, "Between two communities"), el("h2", {}, `${groupName(a)} and ${groupName(b)}`)),
    el("p", {}, "Papers of one share entities with papers of the other.")];
}

async function useFacts({ paper, entity, role }) {
  const details = await detailsOf(paper);
  const said = details ? sentencesWith(details, entity).map(([s, e]) => quote(details, s, e, { only: entity })) : [notHeld()];
  return [el("header", {}, el("p", { class: "kind" }, "Why this edge"), el("h2", {}, `A paper ${graph.roles[role]} an entity`)),
    el("p", {}, thing(`p${paper}`, { long: true })), el("p", {}, `${graph.roles[role]} `, thing(`e${entity}`)), section("Sentences", said)];
}

async function relationEdgeFacts(row) {
  const { subject, predicate, object } = relationAt(row);
  const papers = [...new Set(sameRelations(row).map((other) => relationAt(other).paper))];
  return [el("header", {}, el("p", { class: "kind" }, "Relation"), el("h2", { dir: "auto" }, `${graph.name[subject]} ${inWords(predicate)} ${graph.name[object]}`)),
    el("p", {}, thing(`e${subject}`), ` ${inWords(predicate)} `, thing(`e${object}`)),
    section(`Stated by ${plural(papers.length, "paper")}`, await listOf(papers, async (paper) => el("li", {}, await evidenceOf(row, [paper]))))];
}

async function linkFacts({ a, b, weight }) {
  const items = await Promise.all(sharedEntities(a, b).map(async (entity) => el("li", {}, thing(`e${entity}`),
    await Promise.all([a, b].map(async (paper) => {
      const details = await detailsOf(paper);
      return details ? sentencesWith(details, entity).slice(0, 1).map(([s, e]) => quote(details, s, e, { only: entity })) : [];
    })))));
  return [el("header", {}, el("p", { class: "kind" }, "Two papers that share entities"), el("h2", {}, `${weight} bits in common`)),
    el("p", {}, thing(`p${a}`, { long: true })), el("p", {}, thing(`p${b}`, { long: true })), section("What they share", el("ul", { class: "facts" }, items))];
}

/* Counts calls, so that facts that arrive late do not replace those of a later choice. */
let asked = 0;

/* After the next frame; where the page is out of sight there is none, and time must do. */
const afterFrame = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 150);
});

/* A place in the panel for what takes a while: of a frequent entity, details of many papers. */
function later(make) {
  const place = el("div", { class: "later" });
  place.make = make;
  return place;
}

async function fillIn(mine) {
  for (const place of document.querySelectorAll("#facts .later")) {
    await afterFrame();
    const part = mine === asked ? await place.make() : null;
    if (mine !== asked) return;
    if (part) place.replaceWith(part);
    else place.remove();
  }
}

/* Make room for the panel, or take it back, so that the picture is fitted to what is left. */
function showPanel(key) {
  const panel = document.getElementById("panel");
  if (panel.hidden === !key) return;
  panel.hidden = !key;
  if (key) document.getElementById("facts").replaceChildren(el("h2", { dir: "auto" }, typeOf(key) === "p" || typeOf(key) === "e" ? labelOf(key) : "…"));
  network.setSize("100%", "100%");
}

/* The picture comes first, then the panel's head, then what takes longer. */
async function drawPanel(key) {
  asked += 1;
  const mine = asked;
  showPanel(key);
  if (!key) return;
  await afterFrame();
  const make = { p: paperFacts, e: entityFacts }[typeOf(key)];
  const facts = mine === asked ? await (make ? make(numberOf(key)) : edgeFacts(key)) : [];
  if (mine !== asked) return;
  const panel = document.getElementById("panel");
  document.getElementById("facts").replaceChildren(...facts.flat().filter(Boolean));
  panel.dataset.key = key;
  panel.scrollTop = 0;
  fillIn(mine);
}
