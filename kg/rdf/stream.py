"""The whole graph as one stream of resources, in bounded memory: papers, then entities, links, schema and meta."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.config import ExportConfig
from kg.rdf.batches import find_batches
from kg.rdf.entities import to_entities, to_links, to_replaced
from kg.rdf.meta import to_build, to_meta, to_schema, usual_sources
from kg.rdf.names import Names, Resource, term
from kg.rdf.papers import joined, to_paper
from kg.rdf.statements import Statement, Support
from kg.rdf.tally import Tally
from kg.rdf.terms import integer

if TYPE_CHECKING:
    from kg.store import Store

_SUPPORT = term("kg:support")


def to_resources(store: "Store", config: ExportConfig, *, named: bool) -> Iterator[Resource]:
    """Yield every resource of the graph.

    With ``named`` each paper's statements are in its own graph, and a statement that several papers make comes once in
    each. Without, graphs do not count: the stream is their union, no triple comes twice, and such a statement comes
    whole with the last of its papers.
    """
    names, depth = Names(config.base), frozenset(config.depth)
    counted = find_batches(store, wanted=("claims", "relations", "denotations"), texts=False, own=named)
    support = Support(counted, own=named)
    build, made = to_build(store, names)
    usual = usual_sources(store)
    tally = Tally()
    open_statements: dict[str, tuple[int, Statement]] = {}
    for batch in find_batches(store):
        for paper in batch.papers:
            graph = names.paper_graph(paper)
            resources, statements = to_paper(batch, paper, names, build=build, depth=depth, usual=usual)
            yield from tally.counted(resources)
            for iri, statement in statements.items():
                if named:
                    yield from _statement(graph, statement, 0)
                papers = support.of(iri, names.base)
                if papers > 1:
                    so_far, held = open_statements.pop(iri, (0, statement))
                    statement = joined(held, statement) if so_far else statement
                    if so_far + 1 < papers:
                        open_statements[iri] = (so_far + 1, statement)
                        continue
                for resource in tally.counted(_statement(graph, statement, papers)):
                    if not named:
                        yield resource
    yield from tally.counted(to_entities(store, names))
    yield from tally.counted(to_replaced(store, names))
    if named:
        for iri, papers in support.all(names):
            yield Resource(names.entities_graph, iri, [(_SUPPORT, integer(papers))])
    if "links" in depth:
        yield from tally.counted(to_links(store, names))
    yield from tally.counted(to_schema(store, names))
    yield from to_meta(store, names, build, tally, licence=config.licence, made=made)


def _statement(graph: str, statement: Statement, papers: int) -> Iterator[Resource]:
    pairs = [*statement.pairs, (_SUPPORT, integer(papers))] if papers else statement.pairs
    yield Resource(graph, statement.subject, pairs)
    for subject, of_part in statement.parts:
        yield Resource(graph, subject, of_part)
    if statement.plain:
        yield Resource(graph, statement.plain[0], [statement.plain[1]])
