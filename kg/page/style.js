/* Style: colour and shape of everything drawn. Colours are Okabe and Ito's (2008), told apart with any colour vision;
   shapes say the kind a second time, dashes the role. */

const THEMES = {
  light: {
    name: "light", veil: 0.84, ground: "#fbfbf9", text: "#1d2430", muted: "#5c6675", halo: "#fbfbf9", disc: "#eef0f1",
    discLine: "#dcdfe2", paper: "#6b7686", paperLine: "#4a5361", group: "#d5e3ee", groupLine: "#5d86a6",
    kinds: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"],
    lines: ["#00517f", "#9a6a00", "#006b4e", "#94426f", "#2b7fb0", "#8f3f00"],
    introduces: "#3b4656", uses: "#a3acb8", mentions: "#bcc3cc", relation: "#c25400", link: "#7e6bb0", tie: "#b9c4ce",
  },
  dark: {
    name: "dark", veil: 0.82, ground: "#14181f", text: "#e9edf3", muted: "#a2adbb", halo: "#14181f", disc: "#1a2029",
    discLine: "#29313c", paper: "#98a4b5", paperLine: "#c3ccd8", group: "#24425a", groupLine: "#7fb0d6",
    kinds: ["#4aa8e0", "#f0b429", "#2ec49a", "#e29ac4", "#8fd0f5", "#f08a3c"],
    lines: ["#8fcdf2", "#ffd57a", "#7fe3c6", "#f4c6de", "#c4e7fb", "#ffb988"],
    introduces: "#d2d9e3", uses: "#566170", mentions: "#454e5b", relation: "#f08a3c", link: "#a694dd", tie: "#465260",
  },
};
let theme = THEMES.light;

const kindColour = (kind) => theme.kinds[kind % theme.kinds.length];
const kindLine = (kind) => theme.lines[kind % theme.lines.length];

function fillOf(key) {
  if (typeOf(key) === "p") return theme.paper;
  return typeOf(key) === "e" ? kindColour(graph.kind[numberOf(key)]) : theme.group;
}

function lineOf(key) {
  if (typeOf(key) === "p") return theme.paperLine;
  return typeOf(key) === "e" ? kindLine(graph.kind[numberOf(key)]) : theme.groupLine;
}

function nodeStyle(key) {
  const fill = fillOf(key);
  const line = lineOf(key);
  const color = { background: fill, border: line };
  return { color: { ...color, highlight: { background: fill, border: theme.text }, hover: { ...color, border: theme.text } } };
}

const DASHES = { uses: false, introduces: false, mentions: [3, 5], relation: false, link: [8, 5], tie: false };

/* What an edge says: the role of a use, or relation, link, tie. */
function senseOf(key) {
  const type = typeOf(key);
  if (type === "u") return graph.roles[useAt(numberOf(key)).role];
  return { r: "relation", l: "link", t: "tie" }[type];
}

/* What is drawn `faint`, edges from one community to another, stays behind what is within each. */
function edgeStyle(edge) {
  const sense = senseOf(edge.id);
  const width = { introduces: 2.2, relation: 1.2 }[sense] ?? 1;
  return {
    color: { color: theme[sense] ?? theme.uses, highlight: theme.text, hover: theme.text, opacity: (sense === "relation" ? 0.6 : 1) * (edge.faint ? 0.3 : 1) },
    width: sense === "tie" ? 1 + Math.min(7, Math.sqrt(edge.value ?? 1) / 4) : width,
    dashes: DASHES[sense] ?? false,
    arrows: sense === "relation" ? { to: { enabled: true, scaleFactor: 0.55 } } : "",
  };
}

const SVG = "http://www.w3.org/2000/svg";

/* Outline of a node's shape as SVG path, around (0, 0), for a half width; the same shapes as vis-network draws. */
function outline(shape, r) {
  const polygon = (count, turn, inner) => {
    const points = [];
    for (let i = 0; i < count; i += 1) {
      const angle = turn + (2 * Math.PI * i) / count;
      const far = inner && i % 2 ? r * inner : r * (inner ? 1.2 : 1.1);
      points.push(`${(far * Math.cos(angle)).toFixed(2)} ${(far * Math.sin(angle)).toFixed(2)}`);
    }
    return `M${points.join("L")}Z`;
  };
  if (shape === "square") return `M${-r} ${-r}H${r}V${r}H${-r}Z`;
  if (shape === "diamond") return polygon(4, 0);
  if (shape === "triangle") return polygon(3, -Math.PI / 2);
  if (shape === "triangleDown") return polygon(3, Math.PI / 2);
  if (shape === "hexagon") return polygon(6, 0);
  if (shape === "star") return polygon(10, -Math.PI / 2, 0.5);
  return `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`;
}

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const shapeOf = (key) => {
  if (typeOf(key) === "p") return graph.paperShape;
  return typeOf(key) === "e" ? graph.shapes[graph.kind[numberOf(key)]] : "dot";
};

/* A small picture of a node for lists and the legend. */
function swatch(shape, className) {
  return svg("svg", { viewBox: "-9 -9 18 18", class: `swatch ${className}`, "aria-hidden": "true" },
    svg("path", { d: outline(shape, 6.2) }));
}

const swatchOf = (key) => {
  if (typeOf(key) === "p") return swatch(graph.paperShape, "paper");
  return typeOf(key) === "e" ? swatch(shapeOf(key), `kind-${graph.kind[numberOf(key)] % 6}`) : swatch("dot", "group");
};
