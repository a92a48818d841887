"""The opening picture as a pyvis network: nodes with their places, edges, options; and the vis-network library.

pyvis's own page is not used: it links a CDN, copies a folder into the working directory and puts text into the page
as markup. Its `add_node` and `add_edge` search all that is there, so the lists are assigned whole.
"""

import json
from importlib.resources import files
from typing import Any

from kg.page.contents import Contents
from kg.page.groups import Arrangement, Group, radius_of, strongest

#: The vis-network that pyvis 0.3.2 carries; its style sheet only dresses the editor and buttons, which are off here.
_LIBRARY = "lib/vis-9.1.2/vis-network.min.js"
#: Each kind's shape, the second cue beside colour; other kinds take the remaining ones in turn.
SHAPES = ("dot", "diamond", "triangle", "star", "hexagon", "triangleDown")
PAPER_SHAPE = "square"
#: Ties drawn from each disc of the map of communities.
_TIES_EACH = 3

#: What vis-network does: it draws at given places. Labels are drawn by the page, which leaves out what does not fit.
_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "hover": True,
        "hoverConnectedEdges": False,
        "selectConnectedEdges": False,
        "hideEdgesOnDrag": False,
        "tooltipDelay": 10**9,
        "keyboard": False,
        "multiselect": False,
        "zoomSpeed": 0.7,
    },
    "nodes": {"borderWidth": 1.2, "borderWidthSelected": 3, "font": {"size": 0}, "chosen": False},
    "edges": {"smooth": False, "width": 1, "hoverWidth": 1.5, "selectionWidth": 2, "chosen": False},
}


def shape_of(kind: int) -> str:
    """Return the shape of the kind with that number."""
    return SHAPES[kind % len(SHAPES)]


def library() -> str:
    """Return the source of vis-network."""
    return files("pyvis").joinpath(_LIBRARY).read_text(encoding="utf-8").replace("\r\n", "\n")


def to_picture(contents: Contents, arrangement: Arrangement) -> dict[str, Any]:
    """Return the opening view, as vis-network takes it: ``nodes``, ``edges``, ``options``."""
    from pyvis.network import Network

    network = Network(directed=False, cdn_resources="in_line")
    network.set_options(json.dumps(_OPTIONS))
    if arrangement.whole:
        network.nodes = _whole_nodes(contents, arrangement)
        network.edges = _whole_edges(contents, {node["id"] for node in network.nodes})
    else:
        network.nodes = [
            _group_node(contents, number, group)
            for number, group in enumerate(arrangement.groups)
            if group.parent == -1
        ]
        network.edges = [
            {"id": f"t{a}-{b}", "from": f"g{a}", "to": f"g{b}", "value": w}
            for a, b, w in strongest(arrangement.top, _TIES_EACH)
        ]
    return {"nodes": network.nodes, "edges": network.edges, "options": network.options}


def _whole_nodes(contents: Contents, arrangement: Arrangement) -> list[dict[str, Any]]:
    papers = {n: at for group in arrangement.groups for n, at in group.papers.items()}
    entities = {n: at for group in arrangement.groups for n, at in group.entities.items()}
    nodes: list[dict[str, Any]] = [
        {"id": f"p{n}", "shape": PAPER_SHAPE, "size": 8, "x": x, "y": y} for n, (x, y) in sorted(papers.items())
    ]
    for n, (x, y) in sorted(entities.items()):
        _, _, kind, having, _ = contents.entities[n]
        nodes.append({"id": f"e{n}", "shape": shape_of(kind), "size": size_of(having), "x": x, "y": y})
    return nodes


def _whole_edges(contents: Contents, drawn: set[str]) -> list[dict[str, Any]]:
    edges = [
        {"id": f"u{i}", "from": f"p{paper}", "to": f"e{entity}"}
        for i, (paper, entity, _) in enumerate(contents.uses)
        if f"e{entity}" in drawn
    ]
    seen = set()
    for i, (subject, predicate, obj, _) in enumerate(contents.relations):
        if f"e{subject}" in drawn and f"e{obj}" in drawn and (subject, predicate, obj) not in seen:
            seen.add((subject, predicate, obj))
            edges.append({"id": f"r{i}", "from": f"e{subject}", "to": f"e{obj}"})
    edges += [{"id": f"l{i}", "from": f"p{a}", "to": f"p{b}"} for i, (a, b, _) in enumerate(contents.links)]
    return edges


def _group_node(contents: Contents, number: int, group: Group) -> dict[str, Any]:
    return {"id": f"g{number}", "shape": "dot", "size": group.radius, "x": group.x, "y": group.y}


def size_of(papers: int) -> float:
    """Return the drawn size (half the width, pixels) of an entity with that many papers."""
    return round(radius_of(papers) * 0.72, 1)
