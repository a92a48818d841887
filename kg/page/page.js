/* Page: starts everything and turns what one does into a view, a choice and an address. */

/* The one way to change what is seen: absent parts stay. Returns when the panel is drawn. */
function go({ view = currentView, chosen: key = chosen } = {}, { record = true, fit = false } = {}) {
  const moved = !sameView(view, currentView);
  if (moved || (key !== chosen && view.type !== "path")) walked = [];
  chosen = key;
  showPanel(key);
  setView(view, { fit: fit || moved });
  if (record) writeAddress();
  return drawPanel(chosen);
}

const narrow = window.matchMedia("(max-width: 760px)");

/* Choose a thing or an edge, wherever one met it. */
async function choose(key, { focus = false } = {}) {
  if (typeOf(key) === "g") return openGroup(numberOf(key));
  if (pathFrom && "pe".includes(typeOf(key))) return finishPath(key);
  const home = "pe".includes(typeOf(key)) ? homeOf(key) : currentView;
  const moved = !sameView(home, currentView);
  const done = go({ view: home, chosen: key });
  // In a narrow window the panel leaves the picture little room: what is chosen has it.
  if (focus || moved || narrow.matches) focusOn(key);
  await done;
  if (focus) document.getElementById("panel").focus({ preventScroll: true });
  return undefined;
}

function leave() {
  if (pathFrom) return stopPath();
  if (chosen || walked.length) return go({ chosen: null });
  if (currentView.type === "group") {
    const { parent } = graph.groups[currentView.of];
    return go({ view: parent === -1 ? { type: "top" } : { type: "group", of: parent } });
  }
  return go({ view: { type: "top" } });
}

/* Arrow keys: the nearest node that lies more that way than sideways. */
function walk(dx, dy) {
  const from = chosen && nodes.get(chosen) ? nodes.get(chosen) : network.getViewPosition();
  let best = null;
  for (const node of nodes.get()) {
    if (node.id === chosen) continue;
    const [x, y] = [node.x - from.x, node.y - from.y];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (ahead <= 0 || aside > ahead * 1.2) continue;
    const far = ahead + 2 * aside;
    if (!best || far < best.far) best = { far, key: node.id };
  }
  if (!best) return;
  if (typeOf(best.key) === "g") {
    chosen = best.key;
    redraw();
    document.getElementById("status").textContent = `${groupName(numberOf(best.key))}, ${plural(graph.groups[numberOf(best.key)].size, "paper")}. Enter opens it.`;
  } else {
    go({ chosen: best.key });
    document.getElementById("status").textContent = labelOf(best.key);
  }
  network.moveTo({ position: nodes.get(best.key) });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const zoom = (factor) => {
  fitted = false;
  network.moveTo({ scale: Math.min(6, Math.max(0.02, network.getScale() * factor)) });
};

/* The next edge of what is chosen, or of the edge's end that was chosen before, one after the other around. */
let edgesOf = null;
function walkEdges(step) {
  const isEdge = chosen && "ulr".includes(typeOf(chosen));
  if (chosen && !isEdge) edgesOf = chosen;
  const found = shown.edges.filter(({ from, to }) => from === edgesOf || to === edgesOf);
  if (!found.length) return;
  const before = isEdge ? found.findIndex((edge) => edge.id === chosen) : step > 0 ? -1 : 0;
  const { id, from, to } = found[(before + step + found.length) % found.length];
  document.getElementById("status").textContent = `${labelOf(from)}, ${edgeInWords(id)}, ${labelOf(to)}`;
  choose(id);
}

const edgeInWords = (key) => (typeOf(key) === "r" ? inWords(relationAt(numberOf(key)).predicate) : EDGE_NAMES[senseOf(key)] ?? "");

function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && closeMenus()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const inPicture = document.activeElement === document.getElementById("canvas");
    const keys = {
      "/": () => document.getElementById("search").focus(),
      "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: fitAll, Escape: leave,
    };
    if (inPicture && ARROWS[event.key]) walk(...ARROWS[event.key]);
    else if (inPicture && event.key.toLowerCase() === "e") walkEdges(event.shiftKey ? -1 : 1);
    else if (inPicture && event.key === "Enter" && chosen) (typeOf(chosen) === "g" ? openGroup(numberOf(chosen)) : document.getElementById("panel").focus());
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
}

/* Close what is open above the picture; says whether anything was, and gives the focus back to what opened it. */
function closeMenus() {
  const open = document.querySelector("details.menu[open]");
  if (!open) return false;
  open.open = false;
  open.querySelector("summary").focus();
  return true;
}

function startPointer() {
  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    if (node !== undefined) choose(node);
    else if (edge !== undefined) choose(edge);
    else if (!pathFrom && (chosen || walked.length)) go({ chosen: null });
  });
  const tip = document.getElementById("tip");
  const say = (text, { x, y }) => {
    tip.textContent = text;
    tip.hidden = false;
    const wide = document.getElementById("stage").clientWidth;
    tip.style.left = `${Math.min(x + 14, Math.max(0, wide - tip.offsetWidth - 8))}px`;
    tip.style.top = `${y + 16}px`;
  };
  network.on("hoverNode", ({ node, pointer }) => {
    const key = String(node);
    const more = { p: () => graph.year[numberOf(key)] || "", e: () => `${graph.kinds[graph.kind[numberOf(key)]]}, ${plural(supportOf(numberOf(key)), "paper")}`,
      g: () => plural(graph.groups[numberOf(key)].size, "paper") }[typeOf(key)]();
    say([labelOf(key), more].filter(Boolean).join("\n"), pointer.DOM);
    document.getElementById("canvas").style.cursor = "pointer";
  });
  network.on("hoverEdge", ({ edge, pointer }) => {
    const { from, to } = edges.get(edge);
    const sense = edgeInWords(edge);
    if (sense) say(`${shorten(labelOf(from), 50)}\n${sense}\n${shorten(labelOf(to), 50)}`, pointer.DOM);
  });
  const hide = () => {
    tip.hidden = true;
    document.getElementById("canvas").style.cursor = "";
  };
  ["blurNode", "blurEdge", "dragStart", "zoom"].forEach((name) => network.on(name, hide));
}

function useTheme(name) {
  document.documentElement.dataset.theme = name;
  theme = THEMES[name];
  const button = document.getElementById("theme");
  button.textContent = name === "dark" ? "Light" : "Dark";
}

function startTheme() {
  const wanted = window.matchMedia("(prefers-color-scheme: dark)");
  useTheme(wanted.matches ? "dark" : "light");
  document.getElementById("theme").addEventListener("click", () => {
    useTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    redraw();
  });
}

function startButtons() {
  document.getElementById("fit").addEventListener("click", fitAll);
  document.getElementById("closer").addEventListener("click", () => zoom(1.3));
  document.getElementById("farther").addEventListener("click", () => zoom(1 / 1.3));
  document.getElementById("close").addEventListener("click", () => {
    go({ chosen: null });
    document.getElementById("canvas").focus();
  });
  if (narrow.matches) {
    document.querySelectorAll("#side details").forEach((fold) => { fold.open = false; });
  }
}

function readAddress({ fit = false } = {}) {
  const { key, view, from } = fromAddress(location.hash);
  drawFilters();
  if (from) return drawPath(from, key, view);
  const done = go({ view, chosen: key }, { record: false, fit });
  if (key) focusOn(key);
  return done;
}

async function start() {
  startTheme();
  await loadGraph();
  opening = await readBlock("picture");
  makeFaint();
  startFilters();
  startButtons();
  makeNetwork(opening.options);
  drawPlaces();
  startSearch();
  startSaves();
  startKeys();
  startPointer();
  const facts = readAddress({ fit: true });
  // What a benchmark reads: the frame after the first picture, whose places are final.
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("picture")));
  if (!graph.title.length) document.getElementById("status").textContent = "This graph has no papers.";
  await facts;
  makeIndex();
  window.addEventListener("popstate", () => readAddress());
  window.addEventListener("hashchange", () => readAddress());
  document.body.dataset.ready = "true";
}

start();
