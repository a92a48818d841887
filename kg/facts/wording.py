"""Facts as plain text for a terminal."""

from collections.abc import Iterator

from kg.facts.known import EntityFacts, PaperFacts
from kg.records import Role
from kg.text import one_line


def to_text(facts: EntityFacts | PaperFacts) -> str:
    """Return facts as plain text for a terminal: a heading a group, each fact with its sentence below it."""
    lines = list(_entity_lines(facts) if isinstance(facts, EntityFacts) else _paper_lines(facts))
    return "\n".join(lines) + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _entity_lines(facts: EntityFacts) -> Iterator[str]:
    entity = facts.entity
    yield f"{entity.name}  [{entity.kind}]  {_counted(entity.papers, 'paper')}, {_counted(entity.mentions, 'mention')}"
    others = [alias for alias in entity.aliases if alias != entity.name]
    if others:
        yield f"also written: {', '.join(others)}"
    for grounding in facts.groundings:
        yield f"is {grounding.scheme} {grounding.identifier} ({grounding.name}; {grounding.score:.2f})"
    for role in Role:
        some = [use for use in facts.uses if use.role == role]
        if some:
            yield f"\n{role.value.capitalize()} it ({len(some)})"
        for use in some:
            year = f" ({use.year})" if use.year else ""
            yield f"  {use.paper}  {use.title}{year}  {use.score:.2f}"
            yield f"      “{one_line(use.quote)}”"
    yield from _common_lines(facts, with_paper=True)
    if facts.merges:
        yield f"\nWhy these names are one thing ({len(facts.merges)})"
        for merge in facts.merges:
            yield f"  {merge.a} = {merge.b}  {merge.score:.2f}  {merge.reason}"


def _paper_lines(facts: PaperFacts) -> Iterator[str]:
    paper = facts.paper
    yield f"{paper.title}{f' ({paper.year})' if paper.year else ''}"
    yield f"{paper.id}{f'  {paper.url}' if paper.url else ''}"
    if paper.authors:
        yield ", ".join(paper.authors)
    for role in Role:
        some = [use for use in facts.uses if use.role == role]
        if some:
            yield f"\n{role.value.capitalize()} ({len(some)})"
        for use in some:
            yield f"  {use.name}  [{use.kind}]  {use.score:.2f}"
            yield f"      “{one_line(use.quote)}”"
    yield from _common_lines(facts, with_paper=False)
    if facts.links:
        yield f"\nPapers like this one ({len(facts.links)})"
        for link, title, names in facts.links:
            other = link.b if link.a == paper.id else link.a
            yield f"  {other}  {title}  {link.weight:.1f} bits"
            yield f"      shares {', '.join(names)}"


def _common_lines(facts: EntityFacts | PaperFacts, *, with_paper: bool) -> Iterator[str]:
    if facts.claims:
        yield f"\nClaims ({len(facts.claims)})"
        for claim in facts.claims:
            tone = [claim.type, claim.predicate] + [w for w in ("negated", "hedged") if getattr(claim, w)]
            where = f"{claim.paper}  " if with_paper else ""
            yield f"  {where}{', '.join(word for word in tone if word != 'none')}  {claim.score:.2f}"
            yield f"      “{one_line(claim.text)}”"
    if facts.relations:
        yield f"\nRelations ({len(facts.relations)})"
        for stated in facts.relations:
            where = f"{stated.relation.paper}  " if with_paper else ""
            relation = stated.relation
            yield f"  {where}{stated.subject} — {relation.predicate} → {stated.object}  {relation.score:.2f}"
            yield f"      “{one_line(stated.quote)}”"
