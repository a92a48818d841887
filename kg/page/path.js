/* Path: the shortest way between two picked nodes, over papers and their entities, in words. */

let pathFrom = null;
/* Keys of the last path's nodes; they stand out with what is chosen. */
let walked = [];

function neighboursOf(key) {
  const number = numberOf(key);
  if (typeOf(key) === "p") return entitiesOf(number).map((entity) => `e${entity}`);
  return papersOf(number).map((paper) => `p${paper}`);
}

/* Breadth first from both ends would be faster; from one end it is still a fraction of a second on 74,000 papers. */
function shortestPath(from, to) {
  const before = new Map([[from, null]]);
  let border = [from];
  while (border.length && !before.has(to)) {
    const next = [];
    for (const key of border) {
      for (const other of neighboursOf(key)) {
        if (before.has(other)) continue;
        before.set(other, key);
        next.push(other);
      }
    }
    border = next;
  }
  if (!before.has(to)) return [];
  const path = [];
  for (let key = to; key !== null; key = before.get(key)) path.unshift(key);
  return path;
}

function startPath(key) {
  pathFrom = key;
  document.body.classList.add("picking");
  document.getElementById("facts").prepend(el("p", { class: "notice", role: "status" }, "Now choose where the path leads to: a node of the picture or a search hit. Escape leaves it."));
}

function stopPath() {
  pathFrom = null;
  document.body.classList.remove("picking");
}

function finishPath(to) {
  const from = pathFrom;
  stopPath();
  const drawn = drawPath(from, to, currentView);
  writeAddress();
  return drawn;
}

/* Draw the way from one to the other in `view` where all of it is there, else alone, and tell it in the panel. */
async function drawPath(from, to, view) {
  walked = shortestPath(from, to);
  chosen = to;
  asked += 1;
  const mine = asked;
  showPanel(to);
  setView(view);
  if (!walked.every((key) => nodes.get(key))) setView({ type: "path" });
  else if (walked.length) focusOn(to);
  const steps = [];
  for (let i = 0; i + 1 < walked.length; i += 1) steps.push(await stepItem(walked[i], walked[i + 1]));
  if (mine !== asked) return;
  const said = walked.length ? el("ol", { class: "facts" }, steps) : el("p", {}, "No path leads there: nothing that they have to do with ties them.");
  document.getElementById("facts").replaceChildren(
    el("header", {}, el("p", { class: "kind" }, "Path"), el("h2", { dir: "auto" }, `From ${shorten(labelOf(from), 60)} to ${shorten(labelOf(to), 60)}`)), said);
}

async function stepItem(a, b) {
  const [paper, entity] = typeOf(a) === "p" ? [numberOf(a), numberOf(b)] : [numberOf(b), numberOf(a)];
  const row = Array.from(graph.usesOfPaper(paper)).find((use) => useAt(use).entity === entity);
  const role = graph.roles[useAt(row).role];
  const details = await detailsOf(paper);
  const said = details ? sentencesWith(details, entity).slice(0, 1).map(([s, e]) => quote(details, s, e, { only: entity })) : [];
  const passive = { introduces: "is introduced by", uses: "is used by", mentions: "is mentioned by" }[role] ?? role;
  return el("li", {}, el("div", { class: "line" }, thing(a), ` ${typeOf(a) === "p" ? role : passive} `, thing(b)), said);
}
