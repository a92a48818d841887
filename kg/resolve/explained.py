"""Why two names are one thing or two: all that the resolver looks at, side by side."""

import dataclasses

from kg.config import ResolveConfig
from kg.resolve.acronyms import Meanings, acronyms_of, initials, match_letters
from kg.resolve.clusters import CONFUSED, Name, find_pairs, find_shapes, letter_blocks
from kg.resolve.guards import find_difference
from kg.resolve.keys import name_key, tokens
from kg.resolve.known import field_meanings, known_things
from kg.resolve.score import find_differences, score_differences
from kg.resolve.shapes import Shape, find_shape
from kg.resolve.weights import trained
from kg.text import is_acronym


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two names compared: `features` holds (feature, of a, of b), `compared` (comparison, outcome).

    `score` and `reason` are the resolver's for the pair; None and "" where it is no candidate, 1 where the names have
    one normal form and kind. `guard` is what forbids that one is a misspelling of the other, "" if nothing does.
    """

    features: tuple[tuple[str, str, str], ...]
    compared: tuple[tuple[str, str], ...]
    guard: str
    score: float | None
    reason: str


def compare_names(
    a: tuple[str, str],
    b: tuple[str, str],
    config: ResolveConfig,
    *,
    meanings: Meanings | None = None,
    papers: tuple[int, int] = (1, 1),
) -> Comparison:
    """Return what the resolver makes of two names.

    Args:
        a: a name and its kind.
        b: another.
        config: threshold and bounds.
        meanings: what acronyms mean in the papers; without, the field's meanings alone count.
        papers: the numbers of papers that print them.
    """
    meanings = meanings or Meanings()
    (first, kind), (second, other) = a, b
    shapes = find_shape(first, kind, meanings), find_shape(second, other, meanings)
    keys = name_key(first), name_key(second)
    features = [
        ("kind", kind, other),
        ("papers", f"{papers[0]:,}", f"{papers[1]:,}"),
        ("normal form", *keys),
        ("words", *(" ".join(tokens(name)) for name in (first, second))),
        ("acronyms in it", *(" ".join(sorted(acronyms_of(name))) for name in (first, second))),
        ("written out", *(" ".join(shape.full) for shape in shapes)),
        ("without head and maker", *(" ".join(shape.core) for shape in shapes)),
        ("head that adds nothing", *(shape.head for shape in shapes)),
        ("maker", *(shape.maker for shape in shapes)),
        ("numbers", *(" ".join(t for t in tokens(name) if t[0].isdigit()) for name in (first, second))),
        ("initials", *(" ".join(sorted(initials(tokens(name)))) for name in (first, second))),
        ("blocks", *("; ".join(shape.blocks) for shape in shapes)),
        ("means", *(_meaning(name, of, meanings) for name, of in (a, b))),
    ]
    guard = find_difference(first, second) or ""
    score, reason = _score(a, b, meanings, config, papers)
    return Comparison(
        features=tuple((name, x, y) for name, x, y in features if x or y),
        compared=(
            *_compared(first, second, bool(set(shapes[0].blocks) & set(shapes[1].blocks))),
            *(_weighed(*shapes, kind) if kind == other else [("words", "not weighed across kinds")]),
        ),
        guard=guard,
        score=score,
        reason=reason,
    )


def are_candidates(a: tuple[str, str], b: tuple[str, str], meanings: Meanings | None = None) -> bool:
    """Say whether blocking lets two names with their kinds meet, so that they are compared at all.

    They do with one normal form, in a block of words or of letters, as an acronym and the words whose initials it is or
    that it is known to mean, or as the same words under another kind that is taken for theirs.
    """
    meanings = meanings or Meanings()
    keys = name_key(a[0]), name_key(b[0])
    if a[1] != b[1] and {a[1], b[1]} != CONFUSED:
        return False
    if keys[0] == keys[1]:
        return True
    shapes = find_shape(*a, meanings), find_shape(*b, meanings)
    if shapes[0].full == shapes[1].full or (a[1] == b[1] and set(shapes[0].blocks) & set(shapes[1].blocks)):
        return True
    first, second = (Name(kind=kind, key=key, forms={name: 1}) for (name, kind), key in zip((a, b), keys, strict=True))
    if a[1] == b[1] and letter_blocks(first) & letter_blocks(second):
        return True
    for short, (name, kind), (full, _) in ((keys[0], a, b), (keys[1], b, a)):
        said = meanings.one(kind, short)
        if is_acronym(name) and (short in initials(tokens(full)) or (said is not None and said[0] == name_key(full))):
            return True
    return any(set(keys) <= set(map(name_key, names)) for _, names in known_things())


def _compared(a: str, b: str, one_block: bool) -> list[tuple[str, str]]:
    from rapidfuzz import fuzz

    first, second = name_key(a), name_key(b)
    found = [
        ("normal forms", "equal" if first == second else "different"),
        ("block", "shared" if one_block else "not shared"),
        ("edit similarity", f"{fuzz.ratio(first, second) / 100:.2f}"),
        ("word similarity", f"{fuzz.token_sort_ratio(' '.join(tokens(a)), ' '.join(tokens(b))) / 100:.2f}"),
    ]
    for short, full in ((a, b), (b, a)):
        if name_key(short) in initials(tokens(full)):
            found.append(("letters", f"'{short}' are the initials of '{full}'"))
    return found


def _weighed(a: Shape, b: Shape, kind: str) -> list[tuple[str, str]]:
    """Return each difference of two names' words with the log-odds that it adds to the score."""
    model = trained()
    found = find_differences(a, b, kind, model["tails"])
    if found is None:
        return [("words", "differ in what no score overrides")]
    weights = [("every pair", float(model["bias"]), 1.0)]
    weights += [(name, model["features"].get(name, 0.0), by) for name, by in sorted(found.features.items())]
    rows = [(f"weight of: {name}", f"{weight * by:+.2f}") for name, weight, by in weights]
    return [("words", "; ".join(found.reasons)), *rows, ("score of the words", f"{score_differences(found):.2f}")]


def _meaning(name: str, kind: str, meanings: Meanings) -> str:
    """Return what a name means as an acronym: by the papers, and by the field."""
    key, said = name_key(name), []
    if (one := meanings.one(kind, key)) is not None:
        said.append(f"{one[0]} ({one[1]:.0%})")
    elif meanings.is_defined(kind, key):
        said.append("several things here")
    if key in (field := field_meanings()):
        forms, of = field[key]
        best = sorted(forms.values(), key=lambda form: (-form[1], form[0]))[:2]
        said += [f"in the field {form} ({count / of:.0%})" for form, count in best]
    return "; ".join(said)


def _score(
    a: tuple[str, str], b: tuple[str, str], meanings: Meanings, config: ResolveConfig, papers: tuple[int, int]
) -> tuple[float | None, str]:
    one, two = (
        Name(kind=kind, key=name_key(name), forms={name: max(1, count)})
        for (name, kind), count in zip((a, b), papers, strict=True)
    )
    if one.id == two.id:
        return 1.0, "the same but for case, hyphens, plural or spelling"
    found = [
        (pair.score, pair.reason)
        for pair in find_pairs([one, two], find_shapes([one, two], meanings), config.neighbours)
    ]
    for (kind, short), full, printed in ((one.id, two.id, b[0]), (two.id, one.id, a[0])):
        said = meanings.one(kind, short)
        if said is not None and (kind, said[0]) == full:
            found.append((said[1], f"acronym, so defined in {said[1]:.0%} of the papers that define it"))
        elif is_acronym(a[0] if one.key == short else b[0]) and not meanings.is_defined(kind, short):
            spelled = match_letters([(kind, short)], {full: tokens(printed)}, 0.0)
            found += [(score, "acronym by its letters") for _, score in spelled.values()]
    return max(((round(score, 4), reason) for score, reason in found), default=(None, ""))
