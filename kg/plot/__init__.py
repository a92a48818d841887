"""Pictures for print: a neighbourhood of the graph, drawn with matplotlib (extra ``plot``)."""

from kg.plot.drawing import FORMATS, MOST, Picture, draw

__all__ = ["FORMATS", "MOST", "Picture", "draw"]
