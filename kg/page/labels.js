/* Labels: written by us above the picture, only where they fit, the important ones first. */

/* What the last frame wrote where, for the SVG export: {text, x, y, size, bold, muted} in pixels of the window. */
let written = [];

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif";
const LABELS_AT_MOST = 220;
/* Nodes that labels keep off are found by squares of so many pixels. */
const SQUARE = 48;

/* A label's place is free when its box meets no other's. */
const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const isFree = (boxes, box) => !boxes.some((other) => meets(box, other));

function writeLine(context, text, x, y, { size, bold = false, muted = false }) {
  context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
  context.lineWidth = 3.5;
  context.strokeStyle = theme.halo;
  context.strokeText(text, x, y);
  context.fillStyle = muted ? theme.muted : theme.text;
  context.fillText(text, x, y);
  written.push({ text, x, y, size, bold, muted });
}

const widths = new Map();
function widthOf(context, text, size, bold) {
  const told = `${size} ${bold} ${text}`;
  if (!widths.has(told)) {
    if (widths.size > 20000) widths.clear();
    context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    widths.set(told, context.measureText(text).width);
  }
  return widths.get(told);
}

function importance(node) {
  const key = node.id;
  if (key === chosen) return 1e9;
  const bonus = lit.has(key) ? 1e6 : 0;
  if (typeOf(key) === "g") return bonus + graph.groups[numberOf(key)].size;
  if (typeOf(key) === "p") return bonus + 1.5 + graph.linksOf(numberOf(key)).length / 100;
  return bonus + node.size;
}

let ranked = [];
function rankLabels() {
  ranked = nodes.get().map((node) => ({ node, worth: importance(node) })).sort((a, b) => b.worth - a.worth);
}

/* Where the nodes in view are, by squares. */
function obstaclesOf(placed) {
  const squares = new Map();
  placed.forEach(({ node, at, radius }) => {
    const box = { left: at.x - radius, right: at.x + radius, top: at.y - radius, bottom: at.y + radius, key: node.id };
    for (let i = Math.floor(box.left / SQUARE); i <= Math.floor(box.right / SQUARE); i += 1) {
      for (let j = Math.floor(box.top / SQUARE); j <= Math.floor(box.bottom / SQUARE); j += 1) {
        const square = i * 8192 + j;
        if (!squares.has(square)) squares.set(square, []);
        squares.get(square).push(box);
      }
    }
  });
  return squares;
}

/* How many nodes a box covers, its own left out. */
function coveredBy(squares, box, own) {
  const met = new Set();
  for (let i = Math.floor(box.left / SQUARE); i <= Math.floor(box.right / SQUARE); i += 1) {
    for (let j = Math.floor(box.top / SQUARE); j <= Math.floor(box.bottom / SQUARE); j += 1) {
      for (const other of squares.get(i * 8192 + j) ?? []) if (other.key !== own && meets(box, other)) met.add(other.key);
    }
  }
  return met.size;
}

function drawLabels(context) {
  written = [];
  const boxes = [];
  const scale = network.getScale();
  const { clientWidth: wide, clientHeight: high } = network.canvas.frame.canvas;
  const placed = [];
  for (const { node } of ranked) {
    if (lit.size && !lit.has(node.id)) continue;
    const at = network.canvasToDOM({ x: node.x, y: node.y });
    const disc = typeOf(node.id) === "g" ? node.size * scale : 0;
    if (at.x < -disc || at.y < -disc || at.x > wide + disc || at.y > high + disc) continue;
    placed.push({ node, at, radius: node.size * scale });
  }
  const squares = obstaclesOf(placed.filter(({ node }) => typeOf(node.id) !== "g"));
  onScreen(context, () => {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    if (!lit.size) writeDiscNames(context, boxes, scale, wide);
    let count = 0;
    for (const one of placed) {
      if (count >= LABELS_AT_MOST) break;
      count += typeOf(one.node.id) === "g" ? writeGroup(context, boxes, one) : writeNode(context, boxes, squares, one, scale, wide);
    }
  });
}

/* As many of a community's names as its disc is wide for, the first one at least. */
function writeDiscNames(context, boxes, scale, wide) {
  const size = 13;
  const others = graph.groups.map((_, number) => number).filter((number) => graph.whole && graph.groups[number].other && currentView.type === "top");
  [...discsShown(), ...others].forEach((number) => {
    const group = graph.groups[number];
    const [x, y, radius] = group.at;
    if (!group.other && radius * scale < 40) return;
    const most = Math.max(2.1 * radius * scale, 190);
    const names = group.other ? [groupName(number)] : group.label.map((entity) => graph.name[entity].replace(/\s+/g, " "));
    let text = group.other ? names[0] : fittedTo(context, names[0] ?? groupName(number), size, true, most);
    names.slice(1).forEach((name) => {
      const longer = `${text} · ${name}`;
      if (widthOf(context, longer, size, true) <= most) text = longer;
    });
    const width = widthOf(context, text, size, true);
    const at = network.canvasToDOM({ x, y: y - radius });
    const middle = Math.min(Math.max(at.x, width / 2 + 4), wide - width / 2 - 4);
    if (Math.abs(middle - at.x) > radius * scale) return;
    for (const top of [at.y - size - 5, at.y + 5]) {
      const box = { left: middle - width / 2 - 6, right: middle + width / 2 + 6, top: top - 2, bottom: top + size + 4 };
      if (!isFree(boxes, box)) continue;
      boxes.push(box);
      writeLine(context, text, middle, top, { size, bold: true, muted: true });
      return;
    }
  });
}

function writeNode(context, boxes, squares, { node, at, radius }, scale, wide) {
  const main = node.id === chosen;
  const paper = typeOf(node.id) === "p";
  // From afar, titles would cover the nodes, and names need more room between them.
  if (paper && !main && !lit.size && scale < 0.5) return 0;
  const room = lit.size ? 4 : 4 + 14 * Math.max(0, 0.8 - scale);
  const size = main ? 15 : paper ? 11 : Math.round(Math.min(15, 11 + node.size / 8));
  const text = fittedTo(context, shorten(labelOf(node.id).replace(/\s+/g, " "), main ? 46 : paper ? 34 : 28), size, main, wide - 12);
  const width = widthOf(context, text, size, main);
  const inside = (x) => Math.min(Math.max(x, width / 2 + 4), Math.max(width / 2 + 4, wide - width / 2 - 4));
  const places = [[inside(at.x), at.y + radius + 3], [inside(at.x), at.y - radius - size - 3],
    [at.x + radius + 5 + width / 2, at.y - size / 2], [at.x - radius - 5 - width / 2, at.y - size / 2]];
  let best = null;
  for (const [x, top] of places) {
    // A label beside its node is not cut by the picture's edge.
    if (x !== places[0][0] && (x < width / 2 + 2 || x > wide - width / 2 - 2)) continue;
    const box = { left: x - width / 2 - room, right: x + width / 2 + room, top: top - room / 4, bottom: top + size + room * 0.75 };
    if (!isFree(boxes, box)) continue;
    const covered = coveredBy(squares, { left: x - width / 2, right: x + width / 2, top, bottom: top + size }, node.id);
    if (!best || covered < best.covered) best = { x, top, box, covered };
    if (!covered) break;
  }
  // A paper's title is in its panel: it covers nothing here, unless it is what one looks at.
  if (!best || (best.covered && paper && !lit.size)) return 0;
  boxes.push(best.box);
  writeLine(context, text, best.x, best.top, { size, bold: main, muted: paper && !main });
  return 1;
}

/* Text cut so that it is at most so many pixels wide. */
function fittedTo(context, text, size, bold, most) {
  const width = widthOf(context, text, size, bold);
  return width <= most ? text : shorten(text, Math.max(4, Math.floor((Array.from(text).length * most) / width)));
}

/* Names broken between words, and after hyphens, into lines of at most so many pixels; longer words stand out. */
function brokenLines(context, text, size, bold, most) {
  const lines = [];
  text.split(/(?<=-)|\s+/).forEach((word, i, all) => {
    const glue = i && all[i - 1].endsWith("-") ? "" : " ";
    const longer = lines.length ? lines[lines.length - 1] + glue + word : word;
    if (lines.length && widthOf(context, longer, size, bold) <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  });
  return lines;
}

/* Lines of names that a disc of this radius holds at this size, or null; the last says how many papers. */
function linesIn(context, names, papers, radius, size) {
  const lines = names.flatMap((name, i) => brokenLines(context, name, size, i === 0, 1.6 * radius).map((text) => ({ text, size, bold: i === 0 })));
  lines.push({ text: papers, size: Math.max(9, size - 2), muted: true });
  const step = size + 3;
  const chord = (i) => {
    const off = Math.abs((i - (lines.length - 1) / 2) * step) + size / 2;
    return off < radius ? 1.94 * Math.sqrt(radius * radius - off * off) : 0;
  };
  return lines.every(({ text, bold }, i) => widthOf(context, text, lines[i].size, Boolean(bold)) <= chord(i)) ? lines : null;
}

/* What a small disc holds of a long name: as many lines as it is high for, each cut at its edge. */
function cutLines(context, name, papers, radius) {
  const size = 9;
  const most = Math.max(1, Math.floor((1.5 * radius) / (size + 3)) - 1);
  const lines = brokenLines(context, name, size, true, 1.7 * radius);
  const kept = lines.slice(0, most).map((line, i) => fittedTo(context, i === most - 1 && lines.length > most ? `${line}…` : line, size, true, 1.7 * radius));
  return [...kept.map((text) => ({ text, size, bold: true })), { text: papers, size, muted: true }];
}

/* All names of a community where they fit, else the first alone, smaller; the list beside the picture has them whole. */
function writeGroup(context, boxes, { node, at, radius }) {
  const group = graph.groups[numberOf(node.id)];
  if (radius < 14) return 0;
  const largest = Math.round(Math.max(10, Math.min(16, radius / 4)));
  const names = group.other ? ["Other papers"] : group.label.map((entity) => graph.name[entity].replace(/\s+/g, " "));
  const papers = group.size.toLocaleString("en");
  let lines = null;
  for (let count = names.length; count > 0 && !lines; count -= 1) {
    const least = count > 1 ? Math.max(10, largest - 4) : 9;
    for (let size = largest; size >= least && !lines; size -= 1) lines = linesIn(context, names.slice(0, count), papers, radius, size);
  }
  lines ??= cutLines(context, names[0] ?? groupName(numberOf(node.id)), papers, radius);
  const step = lines[0].size + 3;
  const top = at.y - (lines.length * step) / 2;
  boxes.push({ left: at.x - radius, right: at.x + radius, top, bottom: top + lines.length * step });
  lines.forEach((line, i) => writeLine(context, line.text, at.x, top + i * step, line));
  return 1;
}
