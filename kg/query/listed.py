"""Which papers and entities of a graph a query's results name."""

from typing import TYPE_CHECKING
from urllib.parse import unquote

from kg.errors import QueryError
from kg.query.results import Results, is_iri
from kg.records import Paper
from kg.selection import Listed

if TYPE_CHECKING:
    from kg.store import Store


def to_listed(store: "Store", results: Results) -> Listed:
    """Return the papers and entities that the results name by their IRIs, for `kg.selection.select`.

    A sentence, mention or other part of a paper stands for its paper. Names as text count for nothing: one name may
    be several things.

    Raises:
        QueryError: nothing in the results is a paper or an entity of the graph.
    """
    heads = {kind: f"{results.base}{kind}/" for kind in ("paper", "entity")}
    found: dict[str, set[str]] = {kind: set() for kind in heads}
    for row in results.rows:
        for term in row:
            for kind, head in heads.items():
                if is_iri(term) and term.value.startswith(head):
                    found[kind].add(term.value[len(head) :])
    identities = {unquote(rest.partition("/")[0]) for rest in found["paper"]}
    papers = set()
    if identities:
        for identifier, title, arxiv, doi in store.stream("SELECT id, title, arxiv_id, doi FROM papers"):
            if Paper(id=identifier, title=title, abstract="", arxiv_id=arxiv, doi=doi).identity in identities:
                papers.add(identifier)
    asked = sorted(unquote(rest) for rest in found["entity"])
    held = store.rows("SELECT id FROM entities WHERE id IN (SELECT unnest(?::VARCHAR[]))", [asked])
    entities = {row[0] for row in held}
    if not papers and not entities:
        if not results.rows:
            raise QueryError("query: no results, so there is nothing to show; ask for more")
        raise QueryError(
            "query: its results name no paper and no entity of this graph; select the things themselves (?paper, "
            "?entity), not only their names"
        )
    return Listed(papers=frozenset(papers), entities=frozenset(entities))
