"""The stage: document entities in, entities, denotations and the ledger of merges out."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.config import ResolveConfig
from kg.errors import ResolveError
from kg.records import Decision, Denotation, Entity, Merge, Predicate, Rejection, entity_id
from kg.resolve.acronyms import LETTERS, Meanings, choose_meaning, is_variant, match_letters, name_initials
from kg.resolve.broader import find_by_modifier, without_circles
from kg.resolve.clusters import Name, cluster, find_pairs
from kg.resolve.constrained import Applied
from kg.resolve.decided import Decided
from kg.resolve.keys import name_key, tokens, without_brackets
from kg.resolve.ledger import find_rejections, to_merges
from kg.resolve.names import find_canonical
from kg.resolve.shapes import Shape, find_shape
from kg.text import is_acronym, normalise

if TYPE_CHECKING:
    from kg.store import Store

#: A name that one kind has in so large a share of its papers, in at least so many papers, is of that kind.
_ONE_KIND, _ONE_KIND_PAPERS = 0.75, 4
#: The score of an acronym and the one name that has it in brackets ("key-value (KV) cache" has another word behind it).
_IN_BRACKETS = 0.92
#: Aliases that an entity lists at most; rarer ones stay in the ledger.
_ALIASES = 50

NameId = tuple[str, str]


class _Evidence:
    """What the document entities say: names with their forms, acronyms with their full forms."""

    def __init__(self, store: "Store", decided: Decided, acronyms: Sequence[str] | None = None) -> None:
        self.forms: dict[NameId, Counter[str]] = defaultdict(Counter)
        self.shorts: dict[NameId, Counter[str]] = defaultdict(Counter)
        #: Acronym -> names that have it in brackets, anywhere.
        self.inside: dict[NameId, Counter[str]] = defaultdict(Counter)
        self.meanings = Meanings()
        asked = "SELECT name, kind, surfaces FROM document_entities"
        if acronyms is not None:
            asked += " WHERE list_has_any(surfaces, ?::VARCHAR[])"
        for name, kind, surfaces in store.stream(asked, [] if acronyms is None else [list(acronyms)]):
            place = decided.to_name(kind, name, met=True)
            if place is None:
                continue
            kind, key = place
            # Every spelling of the name that the paper prints counts as one paper that prints it.
            for form in {name, *(s for s in surfaces if name_key(s) == key)}:
                self.forms[kind, key][form] += 1
            full, inside = without_brackets(name)
            if is_acronym(full):
                continue
            if inside:
                self.inside[kind, name_key(inside)][key] += 1
            words = tokens(name)
            for short in {*surfaces, *([inside] if name.endswith(")") else [])}:
                # A word of the name itself ("LightGBM ranker") is no acronym of it.
                if not short.islower() and is_acronym(short) and name_key(short) not in (key, *words):
                    self.meanings.vote(kind, short, full)
                    if short in surfaces:
                        self.shorts[kind, key][short] += 1

    def bare_acronyms(self) -> list[NameId]:
        """Return the names that are printed as acronyms alone."""
        return [name for name, forms in sorted(self.forms.items()) if all(is_acronym(form) for form in forms)]

    def find_meanings(self, threshold: float) -> Iterator[tuple[NameId, list[NameId], float, str]]:
        """Yield acronyms that stand alone, with the full forms that they mean if these are one thing, score and reason.

        An acronym of several full forms stays apart unless one of them has nearly all the papers that define it; one
        that no paper here defines is matched by its letters.
        """
        unknown = []
        fulls = {
            (kind, key): tokens(min(forms, key=lambda form: (-forms[form], form)))
            for (kind, key), forms in sorted(self.forms.items())
        }
        spelling = name_initials(fulls)
        for kind, short in self.bare_acronyms():
            said = self.meanings.one(kind, short)
            here = self.meanings.here(kind, short)
            # What the field means by it counts where it is met here, or more papers use the acronym than define it.
            if (said is None or (kind, said[0]) not in self.forms) and here is not None:
                said = here[:2] if here[2] >= sum(self.forms[kind, short].values()) else said
            if said is not None and (kind, said[0]) in self.forms:
                reason = f"acronym, so defined in {said[1]:.0%} of the papers that define it"
                yield (kind, short), [(kind, said[0])], said[1], reason
                if len(short) >= LETTERS:
                    meant = [(kind, said[0]), *spelling.get((kind, short), ())]
                    yield from self._variants((kind, short), meant, fulls, said[1])
            elif len(held := self.inside.get((kind, short), Counter())) == 1 and not self._is_part(said, held):
                yield (kind, short), [(kind, next(iter(held)))], _IN_BRACKETS, "acronym that this name has in brackets"
            elif not self.meanings.is_defined(kind, short):
                unknown.append((kind, short))
        for name, (found, score) in match_letters(unknown, fulls, threshold).items():
            # The name of most papers stands for its variants.
            common = sorted(found, key=lambda full: (-sum(self.forms[full].values()), full))
            spelled = choose_meaning(name[1], common, fulls)
            yield name, spelled, score, "acronym by its letters, which nothing else here has"
            if len(spelled) == 1:
                yield from self._variants(name, [*spelled, *common], fulls, score)

    def _variants(
        self, short: NameId, meant: Sequence[NameId], words: Mapping[NameId, tuple[str, ...]], score: float
    ) -> Iterator[tuple[NameId, list[NameId], float, str]]:
        """Yield the names that say what an acronym means, the first of them, in other words."""
        printed = min(self.forms[short], key=lambda form: (-self.forms[short][form], form))
        for name in meant[1:]:
            if name != meant[0] and is_variant(words[name], words[meant[0]]):
                yield name, [meant[0]], score, f"what '{printed}' means, in other words"

    @staticmethod
    def _is_part(said: tuple[str, float] | None, held: Counter[str]) -> bool:
        """Say whether an acronym's meaning is but the beginning of the name that has it in brackets ("LLM agents")."""
        return said is not None and any(key.startswith(said[0]) for key in held)

    def one_kind(self) -> dict[NameId, tuple[NameId, float]]:
        """Return name -> the same name under the kind that nearly all of its papers give it, with that kind's share."""
        kinds: dict[str, dict[str, int]] = defaultdict(dict)
        for (kind, key), forms in self.forms.items():
            kinds[key][kind] = sum(forms.values())
        found = {}
        for key, counts in sorted(kinds.items()):
            total = sum(counts.values())
            kind, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
            if len(counts) > 1 and total >= _ONE_KIND_PAPERS and count / total >= _ONE_KIND:
                for other in sorted(set(counts) - {kind}):
                    found[other, key] = (kind, key), count / total
        return found


def resolve_entities(store: "Store", config: ResolveConfig, decisions: Mapping[Decision, str] | None = None) -> None:
    """Write the tables of entities, denotations, merges, rejections and decisions anew.

    A function of the sets of document entities and decisions: neither their order nor that of the papers counts.

    Args:
        store: the graph.
        config: threshold and bounds.
        decisions: what people decided, each with its place; it wins over scores and guards.

    Raises:
        ResolveError: decisions contradict each other; nothing is written.
    """
    decided = Decided(decisions or {})
    evidence = _Evidence(store, decided)
    target: dict[NameId, NameId] = {}
    why: dict[NameId, tuple[float, str]] = {}

    def join(name: NameId, other: NameId, score: float, reason: str) -> None:
        target[name] = other
        why[name] = round(score, 4), reason

    for name, (other, share) in evidence.one_kind().items():
        join(name, other, share, f"{other[0]} in {share:.0%} of its papers")
    left = [
        Name(kind=kind, key=key, forms=dict(forms))
        for (kind, key), forms in sorted(evidence.forms.items())
        if (kind, key) not in target
    ]
    pairs = find_pairs(left, evidence.meanings, config.neighbours)
    for name, (centre, pair) in cluster(left, pairs, config.threshold).items():
        join(name, centre, pair.score, pair.reason)

    def root(name: NameId) -> NameId:
        seen = {name}
        while name in target and target[name] not in seen:
            name = target[name]
            seen.add(name)
        return name

    for name, fulls, score, reason in evidence.find_meanings(config.threshold):
        meant = {root(full) for full in fulls}
        if len(meant) == 1 and (own := root(name)) not in meant:
            join(own, meant.pop(), score, reason)

    applied = decided.apply(evidence.forms, evidence.shorts, target, why)
    members: dict[NameId, list[NameId]] = defaultdict(list)
    for name in sorted(evidence.forms):
        members[applied.root(name)].append(name)
    canonical = _canonical_names(evidence, members, applied)
    ids = {name: entity_id(name[0], canonical[name]) for name in members}
    entity_of = {name: ids[centre] for centre, names in members.items() for name in names}
    with store.transaction():
        store.clear(["denotations", "merges", "rejections", "decisions", "entities"])
        store.add(Denotation, _denotations(store, entity_of, decided))
        store.add(Merge, to_merges(evidence.forms, evidence.shorts, members, canonical, ids, applied, decided))
        store.add(Rejection, find_rejections(evidence.forms, pairs, applied))
        store.add(Decision, applied.decisions)
    with store.transaction():
        store.add(Entity, _entities(store, evidence, members, canonical, ids, applied))


def find_meanings(store: "Store", acronyms: Sequence[str]) -> Meanings:
    """Return what the papers define these acronyms as, each as printed."""
    return _Evidence(store, Decided({}), acronyms).meanings


def _canonical_names(evidence: _Evidence, members: dict[NameId, list[NameId]], applied: Applied) -> dict[NameId, str]:
    """Return the canonical name of each cluster; no two of one kind have the same normal form."""
    chosen = {centre: decision.other for centre, decision in sorted(applied.names.items())}
    owner = {name: centre for centre, names in members.items() for name in names}
    taken: set[tuple[str, str]] = set()
    for centre, given in chosen.items():
        if (centre[0], normalise(given)) in taken:
            raise ResolveError(f"decisions: two things of the kind {centre[0]} are called '{given}'; decide that they "
                               "are one, or give one another name")  # fmt: skip
        taken.add((centre[0], normalise(given)))
    order = sorted(members, key=lambda c: (-sum(sum(evidence.forms[n].values()) for n in members[c]), c))
    for centre in (one for one in order if one not in applied.names):
        kind = centre[0]
        forms: Counter[str] = Counter()
        for name in members[centre]:
            forms.update(evidence.forms[name])
            if name[0] == kind:
                # Acronyms that stand beside the full form count for the choice of the name.
                for short, count in evidence.shorts[name].items():
                    if owner.get((kind, name_key(short)), centre) == centre:
                        forms[short] = max(forms[short], count)
        while forms:
            best = find_canonical(forms)
            if (kind, normalise(best)) not in taken:
                break
            del forms[best]
        else:
            best = f"{evidence.forms[centre].most_common(1)[0][0]} ({centre[1]})"
        taken.add((kind, normalise(best)))
        chosen[centre] = best
    return chosen


def _denotations(store: "Store", entity_of: dict[NameId, str], decided: Decided) -> Iterator[Denotation]:
    rows = store.stream("SELECT paper, name, kind, role, score FROM document_entities ORDER BY paper, name, kind")
    for paper, name, kind, role, score in rows:
        if (place := decided.to_name(kind, name)) is not None:
            entity = entity_of[place]
            yield Denotation(paper=paper, name=name, kind=kind, role=role, entity=entity, score=score)


def _entities(
    store: "Store",
    evidence: _Evidence,
    members: dict[NameId, list[NameId]],
    canonical: dict[NameId, str],
    ids: dict[NameId, str],
    applied: Applied,
) -> Iterator[Entity]:
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
        counts: Counter[str] = Counter()
        for name in names:
            counts.update(evidence.forms[name])
            counts.update(evidence.shorts[name])
        others = sorted((f for f in counts if f != canonical[centre]), key=lambda form: (-counts[form], form))
        forms[ids[centre]] = others[:_ALIASES]
        printed = dict.fromkeys([canonical[centre], *(form for form in others if name_key(form) != centre[1])])
        found = [find_shape(form, centre[0], evidence.meanings) for form in printed]
        # An acronym among the aliases may mean other things elsewhere.
        shapes[ids[centre]] = centre[0], [found[0], *(shape for shape in found[1:] if not shape.bare)]
    said = [(ids[applied.root(narrower)], ids[applied.root(wider)]) for narrower, wider in applied.broader]
    broader = without_circles([*said, *_stated_subtypes(store), *find_by_modifier(shapes, papers)])
    for centre in sorted(members, key=lambda c: ids[c]):
        entity = ids[centre]
        yield Entity(
            id=entity,
            name=canonical[centre],
            kind=centre[0],
            aliases=tuple(forms[entity]),
            papers=papers[entity],
            mentions=mentions.get(entity, 0),
            broader=broader.get(entity, ()),
        )


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
