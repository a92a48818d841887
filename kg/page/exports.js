/* Exports: the picture as PNG or SVG, what is shown as CSV, BibTeX or Turtle, the address. */

function saveBlob(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function pictureAsCanvas() {
  const drawn = document.querySelector("#canvas canvas");
  const copy = document.createElement("canvas");
  copy.width = drawn.width;
  copy.height = drawn.height;
  const context = copy.getContext("2d");
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(drawn, 0, 0);
  return copy;
}

/* The visible picture as SVG, made of nodes, so that text stays text. */
function pictureAsSvg() {
  const stage = document.querySelector("#canvas canvas");
  const [wide, high] = [stage.clientWidth, stage.clientHeight];
  const scale = network.getScale();
  const place = new Map(nodes.get().map((node) => [node.id, network.canvasToDOM({ x: node.x, y: node.y })]));
  const root = svg("svg", { xmlns: SVG, viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, "font-family": "Arial, sans-serif" },
    svg("rect", { width: wide, height: high, fill: theme.ground }));
  discsShown().forEach((number) => {
    const [x, y, radius] = graph.groups[number].at;
    const at = network.canvasToDOM({ x, y });
    root.append(svg("circle", { cx: at.x.toFixed(1), cy: at.y.toFixed(1), r: (radius * scale).toFixed(1), fill: theme.disc, stroke: theme.discLine, ...(lit.size ? { opacity: (1 - theme.veil).toFixed(2) } : {}) }));
  });
  // Under the veil, what does not stand out is drawn as faint as the picture has it.
  const veiled = (isStrong) => (lit.size && !isStrong ? { opacity: (1 - theme.veil).toFixed(2) } : {});
  edges.get().forEach((edge) => {
    const [a, b] = [place.get(edge.from), place.get(edge.to)];
    root.append(svg("line", { x1: a.x.toFixed(1), y1: a.y.toFixed(1), x2: b.x.toFixed(1), y2: b.y.toFixed(1), stroke: edge.color.color,
      "stroke-opacity": isLit(edge) ? 1 : edge.color.opacity, "stroke-width": (edge.width * scale).toFixed(2), ...(edge.dashes ? { "stroke-dasharray": edge.dashes.join(" ") } : {}), ...veiled(isLit(edge)) }));
  });
  nodes.get().forEach((node) => {
    const { x, y } = place.get(node.id);
    root.append(svg("path", { d: outline(node.shape, node.size * scale), transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
      fill: node.color.background, stroke: node.color.border, ...veiled(lit.has(node.id)) }, svg("title", {}, labelOf(node.id))));
  });
  written.forEach(({ text, x, y, size, bold, muted }) => {
    root.append(svg("text", { x: x.toFixed(1), y: (y + size * 0.8).toFixed(1), "font-size": size.toFixed(1), "text-anchor": "middle", "font-weight": bold ? 600 : 400,
      fill: muted ? theme.muted : theme.text, stroke: theme.halo, "stroke-width": 3, "paint-order": "stroke" }, text));
  });
  return new XMLSerializer().serializeToString(root);
}

const cell = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
const csv = (rows) => `${rows.map((row) => row.map(cell).join(",")).join("\n")}\n`;

/* What an export holds: what stands out where something is chosen, else all that is shown. */
function selected() {
  const keys = shown.nodes.map((node) => node.id).filter((key) => typeOf(key) !== "g" && (!lit.size || lit.has(key)));
  const of = (type) => keys.filter((key) => typeOf(key) === type).map(numberOf).sort((a, b) => a - b);
  return { keys: new Set(keys), papers: of("p"), entities: of("e") };
}

function shownNodesAsCsv() {
  const { keys } = selected();
  const rows = shown.nodes.filter((node) => keys.has(node.id)).map(({ id }) => {
    const number = numberOf(id);
    if (typeOf(id) === "p") return ["Paper", graph.paperId[number], graph.title[number], graph.year[number] || "", "", ""];
    return [graph.kinds[graph.kind[number]], "", graph.name[number], "", supportOf(number), graph.aliases[number].join("; ")];
  });
  return csv([["type", "id", "name", "year", "papers", "aliases"], ...rows]);
}

function shownEdgesAsCsv() {
  const { keys } = selected();
  const rows = shown.edges.filter(({ from, to }) => keys.has(from) && keys.has(to)).map(({ id, from, to }) => {
    const sense = typeOf(id) === "r" ? relationAt(numberOf(id)).predicate : senseOf(id);
    return [labelOf(from), sense, labelOf(to), typeOf(id) === "l" ? linkAt(numberOf(id)).weight : ""];
  });
  return csv([["from", "type", "to", "bits"], ...rows]);
}

const SAVES = {
  png: () => pictureAsCanvas().toBlob((blob) => saveBlob(blob, "graph.png")),
  svg: () => saveBlob(new Blob([pictureAsSvg()], { type: "image/svg+xml" }), "graph.svg"),
  nodes: () => saveBlob(new Blob([shownNodesAsCsv()], { type: "text/csv" }), "nodes.csv"),
  edges: () => saveBlob(new Blob([shownEdgesAsCsv()], { type: "text/csv" }), "edges.csv"),
  bibtex: async () => saveBlob(new Blob([await bibtexOf(selected().papers)], { type: "application/x-bibtex" }), "papers.bib"),
  turtle: async () => {
    const { papers, entities } = selected();
    saveBlob(new Blob([await turtleOf(papers, entities)], { type: "text/turtle" }), "selection.ttl");
  },
  address: async () => {
    await navigator.clipboard.writeText(location.href);
    document.getElementById("status").textContent = "The address is copied: it opens this view again.";
  },
};

function startSaves() {
  document.querySelectorAll("[data-save]").forEach((button) => {
    button.addEventListener("click", async () => {
      try {
        if (["nodes", "edges", "bibtex", "turtle"].includes(button.dataset.save) && !selected().keys.size) {
          document.getElementById("status").textContent = "Nothing to save here: open a community, or choose something, first.";
          return;
        }
        await SAVES[button.dataset.save]();
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        document.getElementById("status").textContent = `The browser does not allow it (${error.name}); copy the address from its bar.`;
      } finally {
        document.getElementById("save").open = false;
      }
    });
  });
}
