"""`kg`: from paper abstracts to a knowledge graph that a researcher can trust."""

__version__ = "0.1.0"
