"""The stage: document entities in, entities, denotations and the ledger of merges out."""

import dataclasses
import gc
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.config import ResolveConfig
from kg.records import Decision, Merge, Predicate, Rejection, entity_id
from kg.resolve.acronyms import Meanings
from kg.resolve.broader import find_by_modifier, without_circles
from kg.resolve.canonical import choose_names, only_form
from kg.resolve.clusters import Name, cluster, find_pairs, find_shapes
from kg.resolve.compared import Compared
from kg.resolve.constrained import Applied
from kg.resolve.context import decide_by_paper, find_senses, move_forms, one_sense
from kg.resolve.decided import Decided
from kg.resolve.evidence import Evidence
from kg.resolve.given import read_given
from kg.resolve.keys import name_key
from kg.resolve.ledger import find_rejections, to_merges
from kg.resolve.patterns import find_by_pattern
from kg.resolve.shapes import Shape, find_shape

if TYPE_CHECKING:
    from kg.store import Store

#: Aliases that an entity lists at most; rarer ones stay in the ledger.
_ALIASES = 50
#: The score of two names that the field's table gives one thing: people wrote it, and may be wrong.
_KNOWN = 0.98
_NONE: Mapping[str, int] = {}

NameId = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a resolution did: blocks of names that may be one thing, and those of them that were compared anew."""

    blocks: int
    compared: int


def resolve_entities(
    store: "Store", config: ResolveConfig, decisions: Mapping[Decision, str] | None = None
) -> Resolved:
    """Write the tables of entities, denotations, merges, rejections and decisions anew.

    A function of the sets of document entities and decisions: neither their order nor that of the papers counts.
    Nothing that was there counts, but that a block of names is not compared again when all that its outcome depends on
    is as it was (`kg.resolve.compared`): the rest is told anew, since what one paper says of an acronym may move names
    anywhere.

    Args:
        store: the graph.
        config: threshold and bounds.
        decisions: what people decided, each with its place; it wins over scores and guards.

    Raises:
        ConfigError: a vocabulary of `config` cannot be read; nothing is written.
        ResolveError: decisions contradict each other; nothing is written.
    """
    collecting = gc.isenabled()
    # Nothing here is a circle; to look for them among millions of names takes a ninth of the time.
    gc.disable()
    try:
        return _resolve(store, config, decisions)
    finally:
        if collecting:
            gc.enable()


def _resolve(store: "Store", config: ResolveConfig, decisions: Mapping[Decision, str] | None) -> Resolved:
    terms = read_given(config.vocabulary)
    decided = Decided(decisions or {})
    evidence = Evidence(store, decided)
    target: dict[NameId, NameId] = {}
    why: dict[NameId, tuple[float, str]] = {}

    def join(name: NameId, other: NameId, score: float, reason: str) -> None:
        target[name] = other
        why[name] = round(score, 4), reason

    for name, (other, share) in evidence.one_kind().items():
        join(name, other, share, f"{other[0]} in {share:.0%} of its papers")
    left = [
        Name(kind=kind, key=key, forms=forms)
        for (kind, key), forms in evidence.forms.items()
        if (kind, key) not in target
    ]
    shapes = find_shapes(left, evidence.meanings)
    compared = Compared(store)
    pairs = find_pairs(left, shapes, config.neighbours, compared.compare)
    for name, (centre, pair) in cluster(left, pairs, config.threshold).items():
        join(name, centre, pair.score, pair.reason)

    def root(name: NameId) -> NameId:
        if name not in target:
            return name
        seen = {name}
        while name in target and target[name] not in seen:
            name = target[name]
            seen.add(name)
        return name

    for name, fulls, score, reason in evidence.find_meanings(config.threshold):
        meant = {root(full) for full in fulls}
        if len(meant) == 1 and (own := root(name)) not in meant:
            join(own, meant.pop(), score, reason)

    for (first, *others), known in evidence.find_known():
        for name in others:
            if (own := root(name)) != root(first):
                join(own, root(first), _KNOWN, f"names of '{known}' in the field")

    joined = {*target, *target.values(), *decided.names()}
    senses = find_senses(evidence, root, joined)
    for name, meant_by in senses.items():
        if (one := one_sense(meant_by)) is not None:
            join(name, one[0], one[1], f"acronym, so defined in {one[1]:.0%} of the papers that define it")
    several = {name: meant_by for name, meant_by in senses.items() if name not in target}
    moved = decide_by_paper(store, several, root, decided, config.threshold)
    told = move_forms(store, evidence, moved, decided) if moved else {}

    applied = decided.apply(evidence.forms, evidence.shorts, target, why)
    members: dict[NameId, list[NameId]] = defaultdict(list)
    for name in evidence.forms:
        members[applied.root(name)].append(name)
    canonical = choose_names(evidence, members, applied, terms)
    ids = {name: entity_id(name[0], canonical[name]) for name in members}
    entity_of = {name: ids[centre] for centre, names in members.items() for name in names}
    with store.transaction():
        store.clear(["denotations", "merges", "rejections", "decisions", "entities"])
        meant_in = {place: entity_of[centre] for place, (centre, _) in moved.items()}
        _write_denotations(store, entity_of, meant_in, decided)
        store.add(Merge, to_merges(evidence.forms, evidence.shorts, members, canonical, ids, applied, decided, told))
        store.add(Rejection, find_rejections(evidence.forms, pairs, applied))
        store.add(Decision, applied.decisions)
        compared.write(store)
    with store.transaction():
        shaped = {(name.kind, name.usual): shapes[name.id] for name in left}
        store.add_rows("entities", _entities(store, evidence, members, canonical, ids, applied, shaped))
    return Resolved(blocks=compared.blocks, compared=compared.anew)


def find_meanings(store: "Store", acronyms: Sequence[str]) -> Meanings:
    """Return what the papers define these acronyms as, each as printed."""
    return Evidence(store, Decided({}), acronyms).meanings


def _write_denotations(
    store: "Store", entity_of: dict[NameId, str], meant_in: Mapping[tuple[str, NameId], str], decided: Decided
) -> None:
    """Write which entity each document entity denotes: by its name, or by its paper too where that decides."""
    store.run("CREATE OR REPLACE TEMP TABLE denoted AS SELECT * FROM denotations LIMIT 0")
    store.add_rows("denotations", _denoted(store, entity_of, meant_in, decided), into="denoted")
    store.run(
        "INSERT INTO denotations (paper, name, kind, role, entity, score) "
        "SELECT d.paper, d.name, d.kind, d.role, coalesce(p.entity, n.entity), d.score FROM document_entities d "
        "JOIN denoted n ON n.paper = '' AND n.name = d.name AND n.kind = d.kind "
        "LEFT JOIN denoted p ON p.paper = d.paper AND p.paper <> '' AND p.name = d.name AND p.kind = d.kind "
        "WHERE coalesce(p.entity, n.entity) <> '' ORDER BY d.paper, d.name, d.kind"
    )
    store.run("DELETE FROM denoted")


def _denoted(
    store: "Store", entity_of: dict[NameId, str], meant_in: Mapping[tuple[str, NameId], str], decided: Decided
) -> Iterator[dict[str, Any]]:
    """Yield the entity of each name (of no paper), and of each name in a paper that decides it."""
    for kind, name in store.stream("SELECT DISTINCT kind, name FROM document_entities"):
        if (place := decided.to_name(kind, name)) is not None:
            # A bare acronym that every paper decides is no name of its own.
            yield _denotes("", kind, name, entity_of.get(place, ""))
    papers = sorted({paper for paper, _ in meant_in})
    asked = "SELECT paper, kind, name FROM document_entities WHERE list_contains(?::VARCHAR[], paper)"
    for paper, kind, name in store.stream(asked, [papers]) if papers else ():
        place = decided.to_name(kind, name)
        if place is not None and (paper, place) in meant_in:
            yield _denotes(paper, kind, name, meant_in[paper, place])


def _denotes(paper: str, kind: str, name: str, entity: str) -> dict[str, Any]:
    return {"paper": paper, "name": name, "kind": kind, "role": "", "entity": entity, "score": 0.0}


def _entities(
    store: "Store",
    evidence: Evidence,
    members: dict[NameId, list[NameId]],
    canonical: dict[NameId, str],
    ids: dict[NameId, str],
    applied: Applied,
    known: Mapping[tuple[str, str], Shape],
) -> Iterator[dict[str, Any]]:
    """Yield the rows of entities: as plain as they are written, since there are many."""
    papers = dict(store.rows("SELECT entity, count(DISTINCT paper) FROM denotations GROUP BY entity"))
    mentions = dict(
        store.rows(
            "SELECT d.entity, count(*) FROM mentions m JOIN denotations d ON d.paper = m.paper AND d.name = m.name "
            "AND d.kind = m.kind GROUP BY d.entity"
        )
    )
    forms: dict[str, list[str]] = {}
    shapes: dict[str, tuple[str, list[Shape]]] = {}
    for centre, names in members.items():
        if only_form(evidence, names) == canonical[centre]:
            shape = known.get((centre[0], canonical[centre]))
            shape = shape or find_shape(canonical[centre], centre[0], evidence.meanings)
            shapes[ids[centre]] = centre[0], [shape]
            continue
        counts: Counter[str] = Counter()
        for name in names:
            counts.update(evidence.forms[name])
            counts.update(evidence.shorts.get(name, _NONE))
        others = sorted((f for f in counts if f != canonical[centre]), key=lambda form: (-counts[form], form))
        forms[ids[centre]] = others[:_ALIASES]
        printed = dict.fromkeys([canonical[centre], *(form for form in others if name_key(form) != centre[1])])
        found = [known.get((centre[0], form)) or find_shape(form, centre[0], evidence.meanings) for form in printed]
        # An acronym among the aliases may mean other things elsewhere.
        shapes[ids[centre]] = centre[0], [found[0], *(shape for shape in found[1:] if not shape.bare)]
    said = [(ids[applied.root(narrower)], ids[applied.root(wider)]) for narrower, wider in applied.broader]
    broader = without_circles(
        [*said, *_stated_subtypes(store), *find_by_pattern(store), *find_by_modifier(shapes, papers)]
    )
    for centre in sorted(members, key=lambda c: ids[c]):
        entity = ids[centre]
        yield {
            "id": entity,
            "name": canonical[centre],
            "kind": centre[0],
            "aliases": forms.get(entity, []),
            "papers": papers[entity],
            "mentions": mentions.get(entity, 0),
            "broader": broader.get(entity, ()),
        }


def _stated_subtypes(store: "Store") -> list[tuple[str, str]]:
    """Return (narrower, broader) where a paper states it of two entities of one kind, the most stated first."""
    rows = store.rows(
        "SELECT a.entity, b.entity, count(*) AS n FROM relations r "
        "JOIN denotations a ON a.paper = r.paper AND a.name = r.subject "
        "JOIN denotations b ON b.paper = r.paper AND b.name = r.object "
        "JOIN document_entities x ON x.paper = r.paper AND x.name = r.subject "
        "JOIN document_entities y ON y.paper = r.paper AND y.name = r.object "
        "WHERE r.predicate = ? AND x.kind = y.kind AND a.entity <> b.entity "
        "GROUP BY a.entity, b.entity ORDER BY n DESC, a.entity, b.entity",
        [Predicate.SUBTYPE_OF.value],
    )
    return [(narrower, broader) for narrower, broader, _ in rows]
