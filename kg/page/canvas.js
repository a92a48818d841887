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
    if (!group.other && radius * scale < 46) return;
    const at = network.canvasToDOM({ x, y: y - radius });
    const text = group.other ? groupName(number) : shorten(groupName(number), Math.max(16, Math.floor((radius * scale) / 3.2)));
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
  // From afar, titles would cover the nodes, and names need more room between them.
  if (paper && !main && !lit.size && scale < 0.5) return 0;
  const room = lit.size ? 4 : 4 + 14 * Math.max(0, 0.8 - scale);
  const size = main ? 15 : paper ? 11 : Math.min(15, 11 + node.size / 8);
  const text = shorten(labelOf(node.id).replace(/\s+/g, " "), main ? 60 : paper ? 34 : 28);
  const width = widthOf(context, text, size, main);
  const top = at.y + node.size * scale + 3;
  const box = { left: at.x - width / 2 - room, right: at.x + width / 2 + room, top: top - room / 4, bottom: top + size + room * 0.75 };
  if (!claim(boxes, box)) return 0;
  writeLine(context, text, at.x, top, { size, bold: main, muted: paper && !main });
  return 1;
}

/* Text cut so that it is at most so many pixels wide. */
function fitted(context, text, size, bold, most) {
  const width = widthOf(context, text, size, bold);
  return width <= most ? text : shorten(text, Math.max(4, Math.floor((Array.from(text).length * most) / width)));
}

/* Text broken between words into lines of at most so many pixels. */
function brokenLines(context, text, size, bold, most) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && widthOf(context, longer, size, bold) <= most) lines[lines.length - 1] = longer;
    else lines.push(fitted(context, word, size, bold, most));
  }
  return lines;
}

function writeGroup(context, boxes, node, at, scale) {
  const group = graph.groups[numberOf(node.id)];
  const radius = node.size * scale;
  if (radius < 14) return 0;
  const size = Math.max(10, Math.min(16, radius / 4.2));
  const names = group.other ? ["Other papers"] : group.label.map((entity) => graph.name[entity].replace(/\s+/g, " "));
  // As many names as the disc is high for, broken between words; the list beside the picture has them whole.
  const most = Math.max(1, Math.floor((1.8 * radius) / (size + 3)) - 1);
  const lines = [];
  let bold = 0;
  names.forEach((name, i) => {
    const broken = brokenLines(context, name, size, i === 0, 1.85 * radius);
    if (i && lines.length + broken.length > most) return;
    lines.push(...broken.slice(0, most));
    if (!i) bold = lines.length;
  });
  lines.push(String(group.size));
  const high = lines.length * (size + 3);
  const top = at.y - high / 2;
  claim(boxes, { left: at.x - radius, right: at.x + radius, top, bottom: top + high });
  lines.forEach((line, i) => {
    const last = i === lines.length - 1;
    writeLine(context, line, at.x, top + i * (size + 3), { size: last ? Math.max(10, size - 2) : size, bold: i < bold, muted: last });
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
