"""The graph for networkx and the programs that read GraphML and GEXF (Gephi, Cytoscape, igraph).

Both files are written as they are streamed from the store, so that memory does not grow with the graph, in the
store's order, with no date in them. Sources: GraphML 1.0 (http://graphml.graphdrawing.org/specification.html),
GEXF 1.2 (https://gexf.net/1.2/).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.property_graph import EDGE_PROPERTIES, NODE_PROPERTIES, Scalar, to_claims, to_edges, to_nodes
from kg.text import clean

if TYPE_CHECKING:
    import networkx as nx

    from kg.config import ExportConfig
    from kg.store import Store

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def to_networkx(store: "Store", *, claims: bool = False) -> "nx.MultiDiGraph[str]":
    """Return the graph as a directed multigraph of papers and entities; with ``claims`` these are nodes too.

    A claim has an edge from its paper (``states``) and one to each entity that it is about (``subject``, ``object``,
    ``onDataset``, ``byMetric``, ``onTask``). Every node and edge has a `type`; attributes are strings, numbers and (of
    claims) booleans (`kg.property_graph`), absent ones are left out. An edge's key is its id, unique in the graph.
    """
    import networkx as nx

    network: Any = nx.MultiDiGraph()
    for node in to_nodes(store):
        network.add_node(node.id, **node.properties)
    for edge in to_edges(store):
        network.add_edge(edge.start, edge.end, key=edge.id, **edge.properties)
    for node, edges in to_claims(store) if claims else ():
        network.add_node(node.id, **node.properties)
        for edge in edges:
            network.add_edge(edge.start, edge.end, key=edge.id, **edge.properties)
    return network  # type: ignore[no-any-return]


def _escaped(value: Scalar) -> str:
    """Return a value as XML text or attribute, without the characters that XML 1.0 forbids (section 2.2)."""
    return clean(str(value)).translate(_ESCAPES)


def write_graphml(store: "Store", path: Path, *, config: "ExportConfig") -> None:
    """Write the graph as GraphML.

    Raises:
        OSError: ``path`` cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_graphml(store))


def write_gexf(store: "Store", path: Path, *, config: "ExportConfig") -> None:
    """Write the graph as GEXF.

    Raises:
        OSError: ``path`` cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_gexf(store))


def _graphml(store: "Store") -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    names = {str: "string", int: "int", float: "double"}
    for domain, short, known in (("node", "n", NODE_PROPERTIES), ("edge", "e", EDGE_PROPERTIES)):
        for name, kind in known.items():
            yield f'<key id="{short}_{name}" for="{domain}" attr.name="{name}" attr.type="{names[kind]}"/>\n'
    yield '<graph edgedefault="directed">\n'
    for node in to_nodes(store):
        yield f'<node id="{_escaped(node.id)}">{_data(node.properties, "n")}</node>\n'
    for edge in to_edges(store):
        ends = f'source="{_escaped(edge.start)}" target="{_escaped(edge.end)}"'
        yield f'<edge id="{_escaped(edge.id)}" {ends}>{_data(edge.properties, "e")}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _data(properties: Mapping[str, Scalar], short: str) -> str:
    return "".join(f'<data key="{short}_{name}">{_escaped(value)}</data>' for name, value in properties.items())


#: Properties that GEXF has attributes of its own for.
_GEXF_OWN = {"label", "weight"}


def _gexf(store: "Store") -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
    yield '<graph defaultedgetype="directed" mode="static">\n'
    names = {str: "string", int: "integer", float: "double"}
    for domain, short, known in (("node", "n", NODE_PROPERTIES), ("edge", "e", EDGE_PROPERTIES)):
        yield f'<attributes class="{domain}" mode="static">\n'
        for name, kind in known.items():
            if name not in _GEXF_OWN:
                yield f'<attribute id="{short}_{name}" title="{name}" type="{names[kind]}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for node in to_nodes(store):
        label = node.properties.get("label", node.id)
        values = _attvalues(node.properties, "n")
        yield f'<node id="{_escaped(node.id)}" label="{_escaped(label)}">{values}</node>\n'
    yield "</nodes>\n<edges>\n"
    for edge in to_edges(store):
        ends = f'source="{_escaped(edge.start)}" target="{_escaped(edge.end)}"'
        weight = f'weight="{edge.properties["weight"]}" label="{_escaped(edge.type)}"'
        yield f'<edge id="{_escaped(edge.id)}" {ends} {weight}>{_attvalues(edge.properties, "e")}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _attvalues(properties: Mapping[str, Scalar], short: str) -> str:
    values = "".join(
        f'<attvalue for="{short}_{name}" value="{_escaped(value)}"/>'
        for name, value in properties.items()
        if name not in _GEXF_OWN
    )
    return f"<attvalues>{values}</attvalues>"
