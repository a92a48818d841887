"""Puts a graph into another store: any that speaks the SPARQL 1.1 Graph Store HTTP Protocol."""

from kg.load.run import Loaded, load_graph
from kg.load.target import Credentials, to_credentials

__all__ = ["Credentials", "Loaded", "load_graph", "to_credentials"]
