"""Finding the one entity or paper that a name means: id, name, alias, title, prefix, or what comes near."""

from itertools import combinations
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.records import Entity, Paper
from kg.text import arxiv_id, clean, doi, fold, normalise, one_line

if TYPE_CHECKING:
    from kg.store import Store

#: A name scores this or more against what was asked (rapidfuzz WRatio, 0..100) to be offered as "did you mean":
#: below, suggestions for a mistyped word are unrelated words of the same length.
_NEAR = 72
#: What a name scores that is some of the words asked for, as WRatio has it, before the others' letters are taken off.
_WITHIN = 90
#: Suggestions offered at most.
_OFFERED = 5


def find_entities(store: "Store", name: str, *, kind: str = "") -> list[Entity]:
    """Return the entities of that name or alias: as printed if any is, else by its normal form, the commonest first.

    ``name`` may be an entity's id, or carry the kind before a colon (``Dataset:GSM8K``).
    """
    before, colon, after = name.partition(":")
    if colon and not kind and store.rows("SELECT 1 FROM entities WHERE lower(kind) = lower(?) LIMIT 1", [before]):
        kind, name = before, after.strip()
    of_kind = " AND lower(kind) = lower(?)" if kind else ""
    kinds = [kind] if kind else []
    for condition, value in (
        ("id = ?", [name]),
        ("(name = ? OR list_contains(aliases, ?))", [name, name]),
        ("(lower(name) = lower(?) OR list_contains([lower(x) for x in aliases], lower(?)))", [name, name]),
    ):
        found = list(store.fetch(Entity, condition + of_kind, [*value, *kinds]))
        if found:
            return sorted(found, key=lambda e: (-e.papers, e.id))
    key = normalise(name)
    head = f"%{key.split(' ')[0][:3]}%" if key else ""
    found = [
        entity
        for entity in store.fetch(
            Entity,
            "(strip_accents(lower(name)) LIKE ? OR len([x for x in aliases if strip_accents(lower(x)) LIKE ?]) > 0)"
            + of_kind,
            [head, head, *kinds],
        )
        if key in {normalise(form) for form in (entity.name, *entity.aliases)}
    ]
    return sorted(found, key=lambda e: (-e.papers, e.id))


def find_papers(store: "Store", name: str) -> list[Paper]:
    """Return the papers that an id (any of theirs, an arXiv id or a DOI in any spelling) or a whole title names."""
    conditions: list[tuple[str, list[str]]] = [("id = ? OR list_contains(ids, ?)", [name, name])]
    if arxiv := arxiv_id(name):
        conditions.append(("arxiv_id = ?", [arxiv]))
    if found_doi := doi(name):
        conditions.append(("doi = ?", [found_doi]))
    conditions.append(("lower(title) = lower(?)", [one_line(name)]))
    for condition, value in conditions:
        found = list(store.fetch(Paper, condition, value))
        if found:
            return found
    return []


def find_named(store: "Store", name: str, *, asked: str = "show") -> Entity | Paper:
    """Return the one entity or paper that ``name`` means: its id, name, alias, title, or a prefix that is unique.

    ``asked`` is the command or option that the name was given to: messages begin with it.

    Raises:
        QueryError: nothing is called that (with what comes near), or several things are.
    """
    name = one_line(clean(name))
    if not name:
        raise QueryError(f"{asked}: nothing asked for; give an entity's name or a paper's id")
    papers = find_papers(store, name)
    entities = [] if papers else find_entities(store, name)
    found: list[Entity | Paper] = [*papers, *entities]
    if len(entities) > 1 and ":" not in name:
        # One name, several kinds: the commonest is meant when it has most of the papers.
        rest = sum(e.papers for e in entities[1:])
        if entities[0].papers > rest:
            return entities[0]
    if not found:
        found = _with_prefix(store, name)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(_called(one) for one in found[:_OFFERED])
        more = f" and {len(found) - _OFFERED} more" if len(found) > _OFFERED else ""
        raise QueryError(f"{asked}: '{name}' may mean {listed}{more}; give one of these")
    near = find_near(store, name)
    hint = f"did you mean {', '.join(near)}?" if near else "nothing in the graph comes near; see report.md"
    raise QueryError(f"{asked}: no entity or paper is called '{name}'; {hint}")


def _called(one: Entity | Paper) -> str:
    return f"'{one.kind}:{one.name}'" if isinstance(one, Entity) else f"'{one.id}' ({one.title})"


def _with_prefix(store: "Store", name: str) -> list[Entity | Paper]:
    start = name.lower()
    entities = list(store.fetch(Entity, "starts_with(lower(name), ?)", [start]))
    papers = list(store.fetch(Paper, "starts_with(lower(id), ?) OR starts_with(lower(title), ?)", [start, start]))
    return [*sorted(entities, key=lambda e: (-e.papers, e.id)), *papers]


def find_near(store: "Store", name: str) -> list[str]:
    """Return names, aliases and titles that come near ``name``, the nearest first."""
    from rapidfuzz import fuzz, process

    forms: dict[str, str] = {}
    for entity, aliases in store.stream("SELECT name, aliases FROM entities ORDER BY papers DESC, id"):
        for form in (entity, *aliases):
            forms.setdefault(fold(form), form)
    for [title] in store.stream("SELECT title FROM papers ORDER BY id"):
        forms.setdefault(fold(title), title)
    asked = fold(name)
    best: dict[str, float] = {}
    for scorer in (fuzz.ratio, fuzz.WRatio):
        for form, score, _ in process.extract(asked, list(forms), scorer=scorer, limit=20, score_cutoff=_NEAR):
            # WRatio finds a word inside longer names, which rank below near spellings of like length. It also finds
            # "G" and "SM" in "GSM9K": what is shorter must be near as a whole, or be words of what was asked for.
            if scorer is fuzz.ratio or len(form) >= len(asked):
                far = 0 if scorer is fuzz.ratio else len(form) - len(asked)
                best[form] = max(best.get(form, 0.0), score - far)
    words = asked.split()
    for start, end in combinations(range(len(words) + 1), 2):
        form = " ".join(words[start:end])
        if form in forms and len(form) > 2:
            best[form] = max(best.get(form, 0.0), _WITHIN - (len(asked) - len(form)))
    ranked = sorted(best, key=lambda form: (-best[form], form))
    return [f"'{forms[form]}'" for form in ranked[:_OFFERED]]
