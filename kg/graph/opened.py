"""The graph in Python: what `kg.build` and `kg.open` return. Everything that the command line does, a method does."""

import html
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.config import Config, ExportConfig, at_depth
from kg.errors import QueryError, StoreError
from kg.export import expand_formats, export_graph
from kg.facts import EntityFacts, PaperFacts, find_entities, find_facts, find_named
from kg.graph.deciding import Deciding
from kg.graph.viewing import Viewing
from kg.records import Claim, Denotation, Entity, Link, Paper, Relation, Role
from kg.stages import GRAPH, Built
from kg.store import TABLES, Store

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

#: A file, a folder, a glob or ``-``.
PathLike = str | os.PathLike[str]


class Graph(Deciding, Viewing):
    """A graph in an output folder, open for reading.

    Use it as a context manager, or call `close`; it holds the file open.
    """

    def __init__(self, folder: PathLike) -> None:
        """Open the graph in ``folder`` (or the file ``graph.duckdb`` itself).

        Raises:
            StoreError: there is no graph, or it cannot be read.
        """
        path = Path(folder)
        self.path = path if path.suffix == ".duckdb" else path / GRAPH
        #: What `kg.build` did to make it; ``None`` for a graph that was opened.
        self.built: Built | None = None
        self._store: Store | None = Store(self.path, read_only=True)

    @property
    def store(self) -> Store:
        """The open store, for SQL of one's own (`store.rows`)."""
        if self._store is None:
            raise StoreError(f"{self.path}: this graph was closed; open it again with kg.open")
        return self._store

    @property
    def folder(self) -> Path:
        """The output folder."""
        return self.path.parent

    def close(self) -> None:
        """Let go of the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> Self:
        """Return the graph itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    # ---- asking

    def entities(self, *, kind: str | None = None, least_papers: int = 1) -> list[Entity]:
        """Return the entities, those of most papers first."""
        conditions: list[str] = ["papers >= ?"]
        values: list[Any] = [least_papers]
        if kind is not None:
            conditions.append("lower(kind) = lower(?)")
            values.append(kind)
        found = self.store.fetch(Entity, " AND ".join(conditions), values)
        return sorted(found, key=lambda entity: (-entity.papers, entity.id))

    def entity(self, name: str, *, kind: str = "") -> Entity:
        """Return the entity of that name, alias or id; of several kinds, the one of most papers.

        Raises:
            QueryError: there is none; the message offers near names.
        """
        found = find_entities(self.store, name, kind=kind)
        if not found:
            named = find_named(self.store, f"{kind}:{name}" if kind else name)
            if isinstance(named, Paper):
                raise QueryError(f"'{name}' is a paper; ask graph.papers() or graph.show()")
            return named
        return found[0]

    def papers(
        self,
        *,
        using: str | None = None,
        introducing: str | None = None,
        mentioning: str | None = None,
        about: str | None = None,
        year: int | None = None,
    ) -> list[Paper]:
        """Return the papers, sorted by id, that fit all that is given.

        Args:
            using: name of an entity that they use.
            introducing: name of an entity that they introduce.
            mentioning: name of an entity that they mention as background.
            about: name of an entity that they have to do with in any role.
            year: their year.

        Raises:
            QueryError: there is no entity of that name.
        """
        conditions: list[str] = []
        values: list[Any] = []
        for role, name in (
            (Role.USES, using),
            (Role.INTRODUCES, introducing),
            (Role.MENTIONS, mentioning),
            (None, about),
        ):
            if name is None:
                continue
            roles = [role.value] if role else [one.value for one in Role]
            conditions.append(
                "id IN (SELECT paper FROM denotations WHERE entity = ? AND role IN (SELECT unnest(?::VARCHAR[])))"
            )
            values += [self.entity(name).id, roles]
        if year is not None:
            conditions.append("year = ?")
            values.append(year)
        return list(self.store.fetch(Paper, " AND ".join(conditions), values))

    def paper(self, name: str) -> Paper:
        """Return the paper of that id (any of its ids, arXiv id or DOI in any spelling) or title.

        Raises:
            QueryError: there is none; the message offers near ones.
        """
        found = find_named(self.store, name)
        if isinstance(found, Entity):
            raise QueryError(f"'{name}' is an entity; ask graph.entity() or graph.show()")
        return found

    def claims(self, *, about: str | None = None, type: str | None = None, paper: str | None = None) -> list[Claim]:
        """Return the claims, by paper and place: those with an entity among their arguments, of a type, of a paper."""
        if about is not None:
            facts = find_facts(self.store, self.entity(about).id)
            found: Iterable[Claim] = sorted(facts.claims, key=lambda c: (c.paper, c.start, c.end, c.predicate))
        else:
            found = self.store.fetch(Claim)
        wanted = self.paper(paper).id if paper is not None else None
        return [c for c in found if (type is None or c.type == type) and (wanted is None or c.paper == wanted)]

    def relations(self, *, about: str | None = None, predicate: str | None = None) -> list[Relation]:
        """Return the relations that papers state between entities, by paper."""
        if about is not None:
            facts = find_facts(self.store, self.entity(about).id)
            found: Iterable[Relation] = sorted(
                (stated.relation for stated in facts.relations),
                key=lambda r: (r.paper, r.subject, r.predicate, r.object, r.start),
            )
        else:
            found = self.store.fetch(Relation)
        return [r for r in found if predicate is None or r.predicate == predicate]

    def links(self, *, of: str | None = None) -> list[Link]:
        """Return the ties between papers, the strongest first; ``of`` names one of the two papers."""
        condition, values = ("a = ? OR b = ?", [self.paper(of).id] * 2) if of is not None else ("", [])
        return sorted(self.store.fetch(Link, condition, values), key=lambda link: (-link.weight, link.a, link.b))

    def roles(self) -> Iterator[Denotation]:
        """Yield each paper-to-entity edge: what a paper does with an entity."""
        return self.store.fetch(Denotation)

    def show(self, name: str) -> EntityFacts | PaperFacts:
        """Return everything known of an entity or a paper, each fact with its sentence and score.

        Raises:
            QueryError: nothing, or more than one thing, is called that.
        """
        return find_facts(self.store, name)

    def query(self, sparql: str, *, config: ExportConfig | None = None) -> Any:
        """Return the results of a SPARQL query over the graph's RDF; the known prefixes need not be written.

        Raises:
            QueryError: the query does not parse; the message points at the place.
        """
        from kg.query import run_query

        return run_query(self.path, sparql, config=config or ExportConfig())

    # ---- views

    def to_networkx(self, *, claims: bool = False) -> "nx.MultiDiGraph[str]":
        """Return the graph as a typed networkx multigraph of papers and entities, with ``claims`` of these too."""
        from kg.network import to_networkx

        return to_networkx(self.store, claims=claims)

    def to_rdflib(self) -> "rdflib.Graph":
        """Return the graph's RDF as an rdflib graph."""
        import rdflib

        with tempfile.TemporaryDirectory() as folder:
            file = export_graph(self.store, Path(folder), format="nt")
            return rdflib.Graph().parse(file, format="nt")

    def to_pandas(self, table: str) -> "pd.DataFrame":
        """Return a table of the store (see `kg.store.TABLES`) as a pandas data frame.

        Raises:
            QueryError: there is no such table; lists them.
        """
        from kg.tables import to_pandas

        if table not in TABLES:
            raise QueryError(f"no table '{table}'; known: {', '.join(TABLES)}")
        return to_pandas(self.store, table)

    def export(
        self,
        *formats: str,
        folder: PathLike | None = None,
        config: Config | None = None,
        depth: Iterable[str] | None = None,
    ) -> list[Path]:
        """Write views beside the graph, or in another folder; return their paths.

        Args:
            formats: names of `kg formats`, or ``all``; the configuration's by default.
            folder: where they go.
            config: settings; the defaults where none are given.
            depth: what the RDF carries (`kg.config.ExportConfig.depth`), where other than the configuration says.

        Raises:
            UnknownFormatError: there is no such format; lists the known ones.
            ConfigError: there is no such depth; lists the known ones.
        """
        target = Path(folder) if folder is not None else self.folder
        chosen = at_depth(config or Config(), depth).export
        return [
            export_graph(self.store, target, format=name, config=chosen)
            for name in expand_formats(formats or chosen.formats)
        ]

    # ---- showing itself

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each main table."""
        return {name: self.store.count(name) for name in ("papers", "entities", "claims", "relations", "links")}

    def __repr__(self) -> str:
        """Say what it holds."""
        if self._store is None:
            return f"<kg.Graph {self.path.name} (closed)>"
        return f"<kg.Graph {self.path.name}: {', '.join(f'{n:,} {name}' for name, n in self.counts().items())}>"

    def _repr_html_(self) -> str:
        """Return counts and the most shared entities as HTML, for notebooks."""
        if self._store is None:
            return f"<p>{html.escape(repr(self))}</p>"
        head = ", ".join(f"<b>{n:,}</b> {name}" for name, n in self.counts().items())
        rows = "".join(
            f"<tr><td>{html.escape(e.name)}</td><td>{html.escape(e.kind)}</td><td>{e.papers}</td></tr>"
            for e in self.entities()[:10]
        )
        return f"<p>{head}</p><table><tr><th>entity</th><th>kind</th><th>papers</th></tr>{rows}</table>"


def open_graph(folder: PathLike = "exports") -> Graph:
    """Open the graph in a folder that `kg build` wrote.

    Raises:
        StoreError: there is none, or it cannot be read.
    """
    return Graph(folder)
