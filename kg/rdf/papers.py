"""What one paper says: the paper itself, its text, its mentions and its statements."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.rdf.names import (
    ANCHOR,
    BEGIN,
    CONTEXT,
    END,
    PART_OF,
    SCORE,
    SOURCE,
    TITLE,
    TYPE,
    Names,
    Pair,
    Resource,
    term,
    to_hidden,
)
from kg.rdf.statements import Statement, to_claims, to_relations
from kg.rdf.terms import date, decimal, integer, path, text, web
from kg.records import Paper, Role, SentenceRole

if TYPE_CHECKING:
    from kg.rdf.batches import Batch

_PAPER = [(TYPE, term("schema:ScholarlyArticle")), (TYPE, term("fabio:ResearchPaper"))]
_PERSON, _ENTITY_OF_PROV = (TYPE, term("schema:Person")), (TYPE, term("prov:Entity"))
_NIF_CONTEXT, _NIF_SENTENCE = (TYPE, term("nif:Context")), (TYPE, term("nif:Sentence"))
_MENTION = [(TYPE, term("kg:Mention")), (TYPE, term("nif:Phrase"))]
_IDENTIFIER, _ISSUED, _CREATOR = term("dcterms:identifier"), term("dcterms:issued"), term("dcterms:creator")
_ABSTRACT, _DOI, _URL, _SAME_AS = term("dcterms:abstract"), term("bibo:doi"), term("schema:url"), term("schema:sameAs")
_VENUE, _KEYWORDS, _NAME = term("prism:publicationName"), term("schema:keywords"), term("schema:name")
_STRING, _SENTENCE, _ROLE = term("nif:isString"), term("nif:sentence"), term("kg:rhetoricalRole")
_DENOTES, _TOPIC, _MADE_BY = term("kg:denotes"), term("foaf:primaryTopic"), term("prov:wasGeneratedBy")
#: Role of an entity in a paper -> its property, the strongest first: a paper has one of them to an entity.
_ROLES = {role.value: term(f"kg:{role.value}") for role in Role}
_STRENGTH = {role.value: strength for strength, role in enumerate(Role)}
_CACHED_INTEGERS = [integer(number) for number in range(8192)]


def _offset(number: int) -> str:
    return _CACHED_INTEGERS[number] if 0 <= number < len(_CACHED_INTEGERS) else integer(number)


def united(first: list[Pair], second: list[Pair]) -> list[Pair]:
    """Return the properties of both, each once, equal predicates together."""
    found: dict[str, dict[str, None]] = {}
    for predicate, value in (*first, *second):
        found.setdefault(predicate, {})[value] = None
    return [(predicate, value) for predicate, values in found.items() for value in values]


def to_paper(
    batch: "Batch", paper: Paper, names: Names, *, build: str, depth: frozenset[str], usual: dict[str, str]
) -> tuple[list[Resource], dict[str, Statement]]:
    """Return a paper's own resources, and its statements by IRI (one a statement, however often it is made there).

    Args:
        batch: the rows.
        paper: one of the batch's papers.
        names: the IRIs.
        build: the IRI of the run that made the graph.
        depth: what is wanted beyond papers, entities and statements (`kg.config.ExportConfig.depth`).
        usual: table -> the component that need not be named.
    """
    graph, stem = names.paper_graph(paper), names.paper_stem(paper)
    statements: dict[str, Statement] = {}
    for statement in (
        *to_claims(batch, paper.id, paper.identity, stem, names, usual.get("claims", "")),
        *to_relations(batch, paper.id, stem, names, usual.get("relations", "")),
    ):
        held = statements.get(statement.subject)
        statements[statement.subject] = joined(held, statement) if held else statement
    evidence = {(claim["start"], claim["end"]) for claim in batch.claims.get(paper.id, ())}
    evidence |= {(start, end) for *_, start, end, _, _ in batch.relations.get(paper.id, ())}
    found = [
        Resource(graph, f"<{stem}>", _paper_pairs(batch, paper, names, stem, depth)),
        *(
            Resource(graph, f"<{stem}/author/{number}>", [_PERSON, (_NAME, text(author))])
            for number, author in enumerate(paper.authors, 1)
        ),
        Resource(
            graph, graph, [_ENTITY_OF_PROV, (_TOPIC, f"<{stem}>"), *([(_MADE_BY, build)] if build else [])]
        ),
        Resource(graph, f"<{stem}/context>", _context_pairs(paper, stem, depth)),
    ]  # fmt: skip
    sentences = _sentences(batch.sentences.get(paper.id, ()), evidence, depth)
    found += _sentence_resources(graph, paper, stem, sentences, depth)
    if "mentions" in depth:
        found += _mentions(batch, paper, names, stem, graph, sorted(sentences), usual.get("mentions", ""))
    return found, statements


def joined(first: Statement, second: Statement) -> Statement:
    """Return one statement for two makings of it."""
    parts = dict(first.parts)
    for subject, pairs in second.parts:
        parts[subject] = united(parts.get(subject, []), pairs)
    return Statement(first.key, first.subject, united(first.pairs, second.pairs), list(parts.items()), first.plain)


def _paper_pairs(batch: "Batch", paper: Paper, names: Names, stem: str, depth: frozenset[str]) -> list[Pair]:
    pairs = [*_PAPER, (TITLE, text(paper.title))]
    identifiers = sorted({paper.id, *paper.ids})
    pairs += [(_IDENTIFIER, text(one)) for one in identifiers]
    pairs += to_hidden([paper.title, *identifiers])
    when = paper.date or (f"{paper.year:04d}" if paper.year else "")
    pairs += [(_ISSUED, date(when))] if when else []
    pairs += [(_CREATOR, f"<{stem}/author/{number}>") for number in range(1, len(paper.authors) + 1)]
    pairs += [(_VENUE, text(paper.venue))] if paper.venue else []
    pairs += [(_KEYWORDS, text(word)) for word in sorted(set(paper.keywords))]
    pairs += [(_DOI, text(paper.doi))] if paper.doi else []
    pairs += [(_URL, web(paper.url))] if paper.url else []
    pairs += [(_SAME_AS, f"<https://arxiv.org/abs/{path(paper.arxiv_id)}>")] if paper.arxiv_id else []
    pairs += [(_SAME_AS, f"<https://doi.org/{path(paper.doi)}>")] if paper.doi else []
    pairs += [(_ABSTRACT, text(paper.abstract))] if "abstracts" in depth and paper.abstract else []
    strongest: dict[str, str] = {}
    for _, role, entity in batch.denotations.get(paper.id, ()):
        if entity not in strongest or _STRENGTH.get(role, 9) < _STRENGTH.get(strongest[entity], 9):
            strongest[entity] = role
    for role, property_ in _ROLES.items():
        pairs += [(property_, names.entity(entity)) for entity in sorted(strongest) if strongest[entity] == role]
    return pairs


def _context_pairs(paper: Paper, stem: str, depth: frozenset[str]) -> list[Pair]:
    whole = paper.text
    pairs = [_NIF_CONTEXT, (BEGIN, _offset(0)), (END, _offset(len(whole)))]
    return [*pairs, *([(_STRING, text(whole))] if "abstracts" in depth else []), (PART_OF, f"<{stem}>")]


def _sentences(rows: Any, evidence: set[tuple[int, int]], depth: frozenset[str]) -> dict[tuple[int, int], str]:
    """Return role by offsets: all sentences, or those that a statement rests on; a statement's own cut is one too."""
    known = {(start, end): role for start, end, role in rows}
    if "sentences" in depth:
        return {**dict.fromkeys(evidence, ""), **known}
    return {at: known.get(at, "") for at in evidence}


def _sentence_resources(
    graph: str, paper: Paper, stem: str, sentences: dict[tuple[int, int], str], depth: frozenset[str]
) -> Iterator[Resource]:
    whole, context = paper.text, f"<{stem}/context>"
    for (start, end), role in sorted(sentences.items()):
        pairs = [_NIF_SENTENCE, (BEGIN, _offset(start)), (END, _offset(end))]
        if "abstracts" in depth or role == SentenceRole.TITLE:
            pairs.append((ANCHOR, text(whole[start:end])))
        pairs += [(_ROLE, text(role))] if role else []
        yield Resource(graph, f"<{stem}/sentence/{start}-{end}>", [*pairs, (CONTEXT, context)])


def _mentions(
    batch: "Batch", paper: Paper, names: Names, stem: str, graph: str, sentences: list[tuple[int, int]], usual: str
) -> Iterator[Resource]:
    local, context, held = batch.entities.get(paper.id, {}), (CONTEXT, f"<{stem}/context>"), -1
    waiting: Resource | None = None
    for start, end, surface, name, score, source in batch.mentions.get(paper.id, ()):
        # Rows and sentences both come in the order of their starts: one walk over both finds each mention's sentence.
        while held + 1 < len(sentences) and sentences[held + 1][0] <= start:
            held += 1
        if name not in local:
            # A person decided that it is no entity.
            continue
        pairs = [*_MENTION, (BEGIN, _offset(start)), (END, _offset(end)), (ANCHOR, text(surface)), context]
        if held >= 0 and end <= sentences[held][1]:
            pairs.append((_SENTENCE, f"<{stem}/sentence/{sentences[held][0]}-{sentences[held][1]}>"))
        pairs.append((_DENOTES, names.entity(local[name])))
        pairs.append((SCORE, decimal(score)))
        if source != usual:
            pairs.append((SOURCE, names.component(source)))
        resource = Resource(graph, f"<{stem}/mention/{start}-{end}>", pairs)
        if waiting is not None and waiting.subject == resource.subject:
            # One stretch of text that is two things at once: one mention that denotes both.
            waiting = Resource(graph, waiting.subject, united(waiting.pairs, pairs))
            continue
        if waiting is not None:
            yield waiting
        waiting = resource
    if waiting is not None:
        yield waiting
