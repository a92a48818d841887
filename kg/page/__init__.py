"""The page: the graph as one HTML file that needs no network, drawn by vis-network through pyvis."""

from kg.page.timeline import to_timeline
from kg.page.writer import to_page, write_page

__all__ = ["to_page", "to_timeline", "write_page"]
