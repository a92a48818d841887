"""A graph over HTTP: SPARQL, linked-data pages, a page to ask on. Read-only, on this machine unless told otherwise."""

from kg.serve.limits import Limits
from kg.serve.running import serve

__all__ = ["Limits", "serve"]
