"""The Python face of `kg`: open a graph, make one, add to it, take from it."""

from kg.graph.explaining import explain
from kg.graph.making import build, extract, remove, settings
from kg.graph.opened import Graph, open_graph

__all__ = ["Graph", "build", "explain", "extract", "open_graph", "remove", "settings"]
