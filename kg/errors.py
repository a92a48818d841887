"""Every error that `kg` raises on purpose.

    KGError
    ├── ConfigError(ValueError)          kg.toml or an option is wrong; all faults are named at once
    ├── ReadError(ValueError)            an input cannot be read; says the file and the line
    ├── ModelError(LookupError)          the extraction model is missing, or of another version
    ├── StoreError(RuntimeError)         graph.duckdb is missing, locked, of another version, or the disk is full
    ├── ResolveError(ValueError)         a decision about names contradicts another
    ├── UnknownFormatError(LookupError)  no reader or exporter of that name; lists the known ones
    ├── QueryError(ValueError)           a query does not parse, or names nothing in the graph
    └── LoadError(RuntimeError)          another store cannot be reached, refuses the graph, or the right to write it

A message says where, what and the remedy, in that order: ``papers.jsonl:12: no 'abstract'; required``.
"""


class KGError(Exception):
    """The root: catch this to catch everything that `kg` raises on purpose."""


class ConfigError(KGError, ValueError):
    """A setting is unknown or out of its range."""


class ReadError(KGError, ValueError):
    """An input cannot be read."""


class ModelError(KGError, LookupError):
    """The extraction model cannot be found or used."""


class StoreError(KGError, RuntimeError):
    """The graph's file cannot be opened, read or written."""


class ResolveError(KGError, ValueError):
    """Decisions about names contradict each other."""


class UnknownFormatError(KGError, LookupError):
    """No reader or exporter has that name."""


class QueryError(KGError, ValueError):
    """A query cannot be answered as it was written."""


class LoadError(KGError, RuntimeError):
    """A graph cannot be put into another store."""
