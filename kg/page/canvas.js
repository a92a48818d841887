/* Canvas: vis-network, with labels and community discs drawn by us: only labels that fit, the important ones first. */

const nodes = new vis.DataSet();
const edges = new vis.DataSet();
let network = null;
/* What the last frame wrote where, for the SVG export: {text, x, y, size, bold, muted} in pixels of the window. */
let written = [];
/* Keys that stand out; everything else fades. Empty: nothing fades. */
let lit = new Set();
let chosen = null;

function makeNetwork(options) {
  network = new vis.Network(document.getElementById("canvas"), { nodes, edges }, options);
  network.on("beforeDrawing", drawDiscs);
  network.on("afterDrawing", drawLabels);
  return network;
}

/* Show exactly these nodes and edges; those that stay are not made anew. */
function show(wantedNodes, wantedEdges) {
  const strong = (edge) => lit.size > 0 && lit.has(edge.from) && lit.has(edge.to);
  const fadedEdge = (edge) => lit.size > 0 && !strong(edge);
  replace(edges, []);
  replace(nodes, wantedNodes.map((node) => ({ ...node, ...nodeStyle(node.id, lit.size > 0 && !lit.has(node.id)) })));
  edges.add(wantedEdges.map((edge) => ({ ...edge, ...edgeStyle(edge, fadedEdge(edge), strong(edge)) })));
}

function replace(set, wanted) {
  const staying = new Set(wanted.map((item) => item.id));
  const gone = set.getIds().filter((id) => !staying.has(id));
  if (gone.length) set.remove(gone);
  set.update(wanted);
}

function onScreen(context, draw) {
  const ratio = network.canvas.pixelRatio || 1;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw();
  context.restore();
}

function drawDiscs(context) {
  if (!graph.whole || currentView.type !== "top") return;
  graph.groups.forEach((group) => {
    if (group.other) return;
    const [x, y, radius] = group.at;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = theme.disc;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = theme.discLine;
    context.stroke();
  });
}

/* A label's place is free when its box meets no other's. */
function claim(boxes, box) {
  for (const other of boxes) {
    if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) return false;
  }
  boxes.push(box);
  return true;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif";
const LABELS_AT_MOST = 220;

function writeLine(context, text, x, y, { size, bold = false, muted = false }) {
  context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
  context.lineWidth = 3.5;
  context.strokeStyle = theme.halo;
  context.strokeText(text, x, y);
  context.fillStyle = muted ? theme.muted : theme.text;
  context.fillText(text, x, y);
  written.push({ text, x, y, size, bold, muted });
}

function widthOf(context, text, size, bold) {
  context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
  return context.measureText(text).width;
}

function importance(node) {
  const key = node.id;
  if (key === chosen) return 1e9;
  const bonus = lit.has(key) ? 1e6 : 0;
  if (typeOf(key) === "g") return bonus + graph.groups[numberOf(key)].size;
  if (typeOf(key) === "p") return bonus + 1.5 + graph.linksOf(numberOf(key)).length / 100;
  return bonus + supportOf(numberOf(key));
}

let ranked = [];
function rankLabels() {
  ranked = nodes.get().map((node) => ({ node, worth: importance(node) })).sort((a, b) => b.worth - a.worth);
}

function drawLabels(context) {
  written = [];
  const boxes = [];
  const scale = network.getScale();
  const wide = network.canvas.frame.canvas.clientWidth;
  const high = network.canvas.frame.canvas.clientHeight;
  onScreen(context, () => {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    if (graph.whole && currentView.type === "top") writeDiscNames(context, boxes, scale);
    let count = 0;
    for (const { node } of ranked) {
      if (count >= LABELS_AT_MOST) break;
      if (lit.size && !lit.has(node.id)) continue;
      const at = network.canvasToDOM({ x: node.x, y: node.y });
      if (at.x < -80 || at.y < -40 || at.x > wide + 80 || at.y > high + 20) continue;
      count += typeOf(node.id) === "g" ? writeGroup(context, boxes, node, at, scale) : writeNode(context, boxes, node, at, scale);
    }
  });
}

function writeDiscNames(context, boxes, scale) {
  if (lit.size) return;
  graph.groups.forEach((group, number) => {
    const [x, y, radius] = group.at;
    if (group.other || radius * scale < 46) return;
    const at = network.canvasToDOM({ x, y: y - radius });
    const text = shorten(groupName(number), Math.max(16, Math.floor((radius * scale) / 3.2)));
    const size = 13;
    const width = widthOf(context, text, size, true);
    const top = at.y + 5;
    if (claim(boxes, { left: at.x - width / 2 - 6, right: at.x + width / 2 + 6, top: top - 2, bottom: top + size + 4 })) {
      writeLine(context, text, at.x, top, { size, bold: true, muted: true });
    }
  });
}

function writeNode(context, boxes, node, at, scale) {
  const main = node.id === chosen;
  const paper = typeOf(node.id) === "p";
  const size = main ? 15 : paper ? 11 : Math.min(15, 11 + node.size / 8);
  const text = shorten(labelOf(node.id).replace(/\s+/g, " "), main ? 60 : paper ? 34 : 28);
  const width = widthOf(context, text, size, main);
  const top = at.y + node.size * scale + 3;
  const box = { left: at.x - width / 2 - 4, right: at.x + width / 2 + 4, top: top - 1, bottom: top + size + 3 };
  if (!claim(boxes, box)) return 0;
  writeLine(context, text, at.x, top, { size, bold: main, muted: paper && !main });
  return 1;
}

function writeGroup(context, boxes, node, at, scale) {
  const group = graph.groups[numberOf(node.id)];
  const radius = node.size * scale;
  if (radius < 14) return 0;
  const size = Math.max(11, Math.min(16, radius / 4.2));
  const names = group.other ? ["Other papers"] : group.label.map((entity) => shorten(graph.name[entity].replace(/\s+/g, " "), 24));
  // As many names as the disc is high for; the rest is in the panel.
  const shown = names.slice(0, Math.max(1, Math.min(3, Math.floor((2 * radius) / (size + 4)) - 1)));
  const lines = [...shown, plural(group.size, "paper")];
  const high = lines.length * (size + 3);
  const width = Math.max(...lines.map((line) => widthOf(context, line, size, false)));
  const top = at.y - high / 2;
  const box = { left: at.x - width / 2 - 3, right: at.x + width / 2 + 3, top, bottom: top + high };
  if (!claim(boxes, box)) return 0;
  lines.forEach((line, i) => {
    const last = i === lines.length - 1;
    writeLine(context, line, at.x, top + i * (size + 3), { size: last ? Math.max(10, size - 2) : size, bold: i === 0, muted: last });
  });
  return 1;
}

/* Bring a node to the middle, near enough to read it. */
function focusOn(key) {
  const node = nodes.get(key);
  if (!node) return;
  const scale = Math.max(network.getScale(), typeOf(key) === "g" ? 0.5 : 0.9);
  network.moveTo({ position: { x: node.x, y: node.y }, scale: Math.min(scale, 1.6) });
}

function fitAll() {
  network.fit({ animation: false });
  const scale = network.getScale();
  network.moveTo({ scale: Math.min(scale * 0.96, 1.5) });
}
