/* Canvas: vis-network, with community discs below it and, where something is chosen, a veil over all that is not near. */

const nodes = new vis.DataSet();
const edges = new vis.DataSet();
let network = null;
/* Keys that stand out; all else lies under a veil. Empty: no veil. */
let lit = new Set();
let chosen = null;
/* How each thing is drawn now: only what changes is handed to vis-network, which takes a tenth of a millisecond each. */
const drawnAs = new Map();
/* Whether all is in view because it was fitted: then it stays so when the window or the panel changes. */
let fitted = false;

function makeNetwork(options) {
  network = new vis.Network(document.getElementById("canvas"), { nodes, edges }, options);
  network.on("beforeDrawing", drawDiscs);
  network.on("afterDrawing", drawLit);
  network.on("afterDrawing", drawLabels);
  network.on("resize", () => { if (fitted) fitAll(); });
  ["zoom", "dragStart"].forEach((name) => network.on(name, () => { fitted = false; }));
  return network;
}

/* Show exactly these nodes and edges. */
function show(wantedNodes, wantedEdges) {
  removeOthers(edges, wantedEdges);
  removeOthers(nodes, wantedNodes);
  update(nodes, wantedNodes, (node) => nodeStyle(node.id), (node) => `${theme.name} ${node.x} ${node.y} ${node.size}`);
  update(edges, wantedEdges, edgeStyle, (edge) => `${theme.name} ${edge.faint}`);
}

function removeOthers(set, wanted) {
  const staying = new Set(wanted.map((item) => item.id));
  const gone = set.getIds().filter((id) => !staying.has(id));
  gone.forEach((id) => drawnAs.delete(id));
  if (gone.length) set.remove(gone);
}

function update(set, wanted, styleOf, toldBy) {
  const changed = wanted.filter((item) => drawnAs.get(item.id) !== toldBy(item));
  changed.forEach((item) => drawnAs.set(item.id, toldBy(item)));
  if (changed.length) set.update(changed.map((item) => ({ ...item, ...styleOf(item) })));
}

function onScreen(context, draw) {
  const ratio = network.canvas.pixelRatio || 1;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw();
  context.restore();
}

/* Discs behind the communities of a picture that shows all at once, or behind the one that is shown alone. */
const discsShown = () => {
  if (!graph.whole || !["top", "group"].includes(currentView.type)) return [];
  return graph.groups.map((_, number) => number).filter((number) => !graph.groups[number].other && (currentView.type === "top" || currentView.of === number));
};

function drawDiscs(context) {
  discsShown().forEach((number) => {
    const [x, y, radius] = graph.groups[number].at;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = theme.disc;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = theme.discLine;
    context.stroke();
  });
}

const isLit = (edge) => lit.has(edge.from) && lit.has(edge.to);
let litEdges = [];

/* Let these stand out. */
function lightUp(keys, drawn) {
  lit = keys;
  litEdges = lit.size ? drawn.edges.filter(isLit).map((edge) => edge.id) : [];
}

/* A veil over everything, and above it once more what stands out, drawn by vis-network's own nodes and edges. */
function drawLit(context) {
  if (!lit.size) return;
  onScreen(context, () => {
    const { clientWidth, clientHeight } = network.canvas.frame.canvas;
    context.globalAlpha = theme.veil;
    context.fillStyle = theme.ground;
    context.fillRect(0, 0, clientWidth, clientHeight);
  });
  const { edges: drawnEdges, nodes: drawnNodes } = network.body;
  litEdges.map((id) => drawnEdges[id]).filter((edge) => edge?.connected).forEach((edge) => {
    const { color } = edge.options;
    const { opacity } = color;
    color.opacity = 1;
    edge.draw(context);
    edge.drawArrows(context);
    color.opacity = opacity;
  });
  lit.forEach((key) => drawnNodes[key]?.draw(context));
}

/* Bring a node to the middle, with all that is near it where that leaves labels legible. */
function focusOn(key) {
  const node = nodes.get(key);
  if (!node) return;
  if (currentView.type === "around" && currentView.of === key) {
    fitAll();
    return;
  }
  const near = [...lit].filter((other) => nodes.get(other));
  if (near.length > 1) {
    network.fit({ nodes: near, animation: false, maxZoomLevel: 1.3 });
    const scale = network.getScale() * 0.88;
    if (scale >= 0.55) {
      network.moveTo({ scale });
      return;
    }
  }
  const scale = Math.max(network.getScale(), typeOf(key) === "g" ? 0.5 : 0.9);
  network.moveTo({ position: { x: node.x, y: node.y }, scale: Math.min(scale, 1.6) });
  fitted = false;
}

/* All nodes and discs in view, with room for labels beside them and names above them. */
function fitAll() {
  const found = nodes.get().map(({ x, y, size }) => [x, y, size]).concat(discsShown().map((number) => graph.groups[number].at));
  if (!found.length) return;
  const [left, top, right, bottom] = found.reduce(([a, b, c, d], [x, y, r]) => [Math.min(a, x - r), Math.min(b, y - r), Math.max(c, x + r), Math.max(d, y + r)],
    [Infinity, Infinity, -Infinity, -Infinity]);
  const { clientWidth: wide, clientHeight: high } = network.canvas.frame.canvas;
  const scale = Math.min(2, (wide - Math.min(110, wide * 0.12)) / (right - left), (high - Math.min(70, high * 0.16)) / (bottom - top));
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale });
  fitted = true;
}
