"""The graph as RDF: a stream of resources out of the store, and a writer for each format."""

from kg.rdf.writers import FORMATS, write_rdf

__all__ = ["FORMATS", "write_rdf"]
