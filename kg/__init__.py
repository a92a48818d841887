"""`kg`: from paper abstracts to a knowledge graph that a researcher can trust.

    import kg

    graph = kg.build("papers.bib")      # or kg.open("exports/")
    graph.papers(using="MMLU")
    graph.query("SELECT ?dataset { ?paper kg:uses ?dataset . ?dataset a kg:Dataset }")

The heavy libraries load when they are first needed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.config import Config as Config
    from kg.config import load_config as load_config
    from kg.errors import KGError as KGError
    from kg.extract import extract_documents as extract_documents
    from kg.extract import load_nlp as load_nlp
    from kg.graph import Graph as Graph
    from kg.graph import build as build
    from kg.graph import explain as explain
    from kg.graph import open_graph as open
    from kg.graph import remove as remove
    from kg.read import read_papers as read_papers

__version__ = "0.1.0"

#: Name in this package -> where it is defined: loaded at first use, so that `import kg` costs nothing.
_FRONT_DOOR = {
    "Config": ("kg.config", "Config"),
    "Graph": ("kg.graph", "Graph"),
    "KGError": ("kg.errors", "KGError"),
    "build": ("kg.graph", "build"),
    "explain": ("kg.graph", "explain"),
    "extract_documents": ("kg.extract", "extract_documents"),
    "load_config": ("kg.config", "load_config"),
    "load_nlp": ("kg.extract", "load_nlp"),
    "open": ("kg.graph", "open_graph"),
    "read_papers": ("kg.read", "read_papers"),
    "remove": ("kg.graph", "remove"),
}

__all__ = [
    "Config",
    "Graph",
    "KGError",
    "__version__",
    "build",
    "explain",
    "extract_documents",
    "load_config",
    "load_nlp",
    "open",
    "read_papers",
    "remove",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    try:
        module, attribute = _FRONT_DOOR[name]
    except KeyError:
        raise AttributeError(f"module 'kg' has no attribute '{name}'; it has {', '.join(__all__)}") from None
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
