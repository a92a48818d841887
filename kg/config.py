"""Settings: one frozen section a stage, read from ``kg.toml``. Typos are refused, all faults told at once."""

import dataclasses
import json
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_type_hints

from kg.errors import ConfigError
from kg.text import digest


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReadConfig:
    """Reading. `on_error` is ``raise`` (stop at the first bad record) or ``skip`` (count it, keep it in rejects)."""

    on_error: str = "raise"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExtractConfig:
    """Extraction. `model` is ``""`` (the one that ships) or a folder; `workers` 0 means one a core.

    The thresholds are probabilities: what scores less is left out. ``None`` takes the model's own, chosen on held-out
    text for F1.
    """

    model: str = ""
    workers: int = 0
    entity_threshold: float | None = None
    claim_threshold: float | None = None
    relation_threshold: float | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ResolveConfig:
    """Resolution. Two names are merged when their pair scores `threshold` or more and no guard speaks against it.

    `neighbours` bounds the candidates that blocking looks at for one name. `vocabulary` are files of names
    (`kg.vocabulary`): what they name is called so and has their identifiers; they win over what papers print, and
    decisions win over them. `decisions` is the file of what people
    decided; ``""`` means ``decisions.tsv`` beside the graph.
    """

    threshold: float = 0.9
    neighbours: int = 20
    vocabulary: tuple[str, ...] = ()
    decisions: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LinkConfig:
    """Paper links. An entity in more than `hub_share` of the papers (and more than `hub_least` papers) links nothing.

    A link weighs the sum over shared entities of log2(papers / papers with the entity), in bits; it is kept at
    `min_weight` or more, and among the `neighbours` strongest of one of its two papers.
    """

    min_weight: float = 3.0
    neighbours: int = 10
    hub_share: float = 0.1
    hub_least: int = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExportConfig:
    """Exports. `base` is the IRI that data lives under.

    `depth` is what RDF carries beyond papers, entities, statements and the offsets of their evidence: ``mentions``
    (each name where it stands, with its score), ``sentences`` (all, with what they do in the text), ``abstracts``
    (their text, so that evidence can be quoted), ``links`` (papers tied by what they share). Each is what some of the
    shipped queries ask for, so that all are the default; without them there are about half as many triples.

    `licence` is the address of the licence that the graph is published under; ``""`` says nothing of it. `shards` is
    into how many compressed parts N-Triples and N-Quads are cut for bulk loaders; 0 writes one plain file.
    """

    base: str = "https://w3id.org/abstract-kg/id/"
    formats: tuple[str, ...] = ("ttl", "graphml", "html", "report")
    depth: tuple[str, ...] = ("mentions", "sentences", "abstracts", "links")
    licence: str = ""
    shards: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class QueryConfig:
    """Asking in SPARQL. A graph of fewer than about `memory_triples` is loaded into memory each time it is opened.

    A larger one gets an index on disk, made once, in `folder`: ``""`` means ``.kg-query`` beside the graph.
    """

    memory_triples: int = 500_000
    folder: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All sections. `Config()` is the default of every setting."""

    read: ReadConfig = ReadConfig()
    extract: ExtractConfig = ExtractConfig()
    resolve: ResolveConfig = ResolveConfig()
    link: LinkConfig = LinkConfig()
    export: ExportConfig = ExportConfig()
    query: QueryConfig = QueryConfig()

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with any setting that changes the graph (not with workers)."""
        plain = dataclasses.asdict(self)
        del plain["extract"]["workers"], plain["read"], plain["export"], plain["query"]
        # Not where they lie but what they say changes the graph: it is part of `Run.content`.
        del plain["resolve"]["decisions"]
        plain["resolve"]["vocabulary"] = []
        return digest(json.dumps(plain, sort_keys=True))


#: Ranges of the numbers: (section, setting) -> (least, most).
_RANGES: dict[tuple[str, str], tuple[float, float]] = {
    ("extract", "workers"): (0, 1024),
    ("extract", "entity_threshold"): (0, 1),
    ("extract", "claim_threshold"): (0, 1),
    ("extract", "relation_threshold"): (0, 1),
    ("resolve", "threshold"): (0, 1),
    ("resolve", "neighbours"): (1, 1000),
    ("link", "min_weight"): (0, 1000),
    ("link", "neighbours"): (1, 1000),
    ("link", "hub_share"): (0, 1),
    ("link", "hub_least"): (0, 10**9),
    ("export", "shards"): (0, 9999),
    ("query", "memory_triples"): (0, 10**12),
}

#: An absolute IRI that data can live under: a scheme, none of the characters that RDF 1.1 (Turtle, IRIREF) forbids,
#: and a slash or hash at the end, so that what is set behind it is a part of its own.
_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+[/#]")

#: An address on the web that stands in an export as it is.
_ADDRESS = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\]+")

_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("read", "on_error"): ("raise", "skip"),
    ("export", "depth"): ("mentions", "sentences", "abstracts", "links"),
}


def _converted(hint: Any, value: Any) -> Any:
    """Return ``value`` as the type ``hint``; raise TypeError where TOML gave another type."""
    wants_list = hint == tuple[str, ...]
    if wants_list and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if hint is str and isinstance(value, str):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint in (float, float | None) and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError("a list of strings" if wants_list else getattr(hint, "__name__", "a number"))


def _section(where: str, name: str, cls: type, given: Any, faults: list[str]) -> Any:
    if not isinstance(given, dict):
        faults.append(f"{where}: [{name}] is not a table; write it as [{name}] with a setting a line")
        return cls()
    hints, accepted = get_type_hints(cls), {}
    for key, value in given.items():
        if key not in hints:
            faults.append(f"{where}: unknown setting '{key}' in [{name}]; known: {', '.join(hints)}")
            continue
        try:
            converted = _converted(hints[key], value)
        except TypeError as wrong:
            faults.append(f"{where}: {name}.{key} = {value!r}; wants {wrong}")
            continue
        least_most = _RANGES.get((name, key))
        if least_most and converted is not None and not least_most[0] <= converted <= least_most[1]:
            faults.append(f"{where}: {name}.{key} = {value!r}; wants {least_most[0]}..{least_most[1]}")
            continue
        choices = _CHOICES.get((name, key))
        wrong_ones = [
            v for v in (converted if isinstance(converted, tuple) else (converted,)) if choices and v not in choices
        ]
        if choices and wrong_ones:
            faults.append(f"{where}: {name}.{key} = {value!r}; known: {', '.join(choices)}")
            continue
        if (name, key) == ("export", "base") and not _BASE.fullmatch(converted):
            faults.append(f"{where}: export.base = {value!r}; wants an absolute IRI that ends in / or #")
            continue
        if (name, key) == ("export", "licence") and converted and not _ADDRESS.fullmatch(converted):
            faults.append(f"{where}: export.licence = {converted!r}; wants the licence's http(s) address, or nothing")
            continue
        accepted[key] = converted
    return cls(**accepted)


def check_config(config: Config, *, where: str = "command line") -> None:
    """Check the ranges and choices of settings that did not come from a file.

    Raises:
        ConfigError: a setting is out of its range; all faults, one a line.
    """
    tables = {
        section: {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in dataclasses.asdict(getattr(config, section)).items()
            if value is not None
        }
        for section in get_type_hints(Config)
    }
    to_config(tables, where=where)


def at_depth(config: Config, depth: Iterable[str] | None) -> Config:
    """Return the configuration with another depth of the RDF (`ExportConfig.depth`); the same one for ``None``.

    Raises:
        ConfigError: there is no such depth; lists the known ones.
    """
    if depth is None:
        return config
    chosen = dataclasses.replace(config, export=dataclasses.replace(config.export, depth=tuple(depth)))
    check_config(chosen, where="depth")
    return chosen


def with_vocabulary(config: Config, files: Iterable[str | os.PathLike[str]] | None) -> Config:
    """Return the configuration with other vocabularies of one's own (`ResolveConfig.vocabulary`), or the same one."""
    if files is None:
        return config
    named = tuple(os.fspath(file) for file in files)
    return dataclasses.replace(config, resolve=dataclasses.replace(config.resolve, vocabulary=named))


def to_config(tables: dict[str, Any], *, where: str = "configuration") -> Config:
    """Return the configuration that nested ``tables`` (as TOML gives them) describe.

    Raises:
        ConfigError: a section or setting is unknown, of a wrong type or out of range; all faults, one a line.
    """
    sections = get_type_hints(Config)
    faults: list[str] = []
    known: dict[str, Any] = {}
    for name, given in tables.items():
        if name not in sections:
            faults.append(f"{where}: unknown section [{name}]; known: {', '.join(sections)}")
        else:
            known[name] = _section(where, name, sections[name], given, faults)
    if faults:
        raise ConfigError("\n".join(faults))
    return Config(**known)


def load_config(path: Path | None) -> Config:
    """Return the configuration in the TOML file ``path``, or the defaults for ``None``.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or has faults.
    """
    if path is None:
        return Config()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; give an existing file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    return to_config(tables, where=str(path))
