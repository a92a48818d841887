"""Who does what in a claim: the entities of a sentence as its arguments."""

import dataclasses
import re
from collections.abc import Sequence

from kg.claims.cues import Cue
from kg.records import ClaimPredicate, Kind

#: What stands for what the paper introduces.
_OURS = re.compile(
    r"\b(?:our|the proposed|this|the resulting|the suggested|the presented) (?:[\w-]+ ){0,3}?(?P<noun>method|"
    r"methodology|model|"
    r"approach|framework|system|algorithm|architecture|pipeline|technique|strategy|strategies|network|scheme|"
    r"solution|agent|policy|"
    r"formulation|implementation|modification|procedure|mechanism|module|paradigm|design|tool|estimator|classifier|"
    r"detector|"
    r"benchmark|dataset|data set|corpus|testbed|suite|metric|measure|score)(?:e?s)?\b|\bours\b|(?-i:\bThe) (?:method|"
    r"approach|framework|system|algorithm)\b|(?P<we>\bwe\b)",
    re.IGNORECASE,
)
_IT = re.compile(
    r"^\W{0,3}(?:\d\)|\(\w{1,3}\))?\s?(?:(?:\w+ly|also|moreover|further(?:more)?|however|in addition|thus),? )?(?:it|"
    r"they)\b",
    re.IGNORECASE,
)
_DATA = frozenset({"benchmark", "dataset", "data set", "corpus", "testbed", "suite"})
_MEASURE = frozenset({"metric", "measure", "score"})
#: Between a cue and what no longer is its object.
_BEYOND = re.compile(
    r"[;:]|, (?:while|whereas|which|where|but|and \w+ing|with|achieving|including|\w+ing)\b|\b(?:when|while|whereas|"
    r"although|despite|"
    r"without|by \w+ing|using|via|because|since|thereby|demonstrating|and (?:also )?(?:achieves?|improves?|reduces?|"
    r"shows?|is|are|has))\b",
    re.IGNORECASE,
)
_COORDINATED = re.compile(
    r"^(?:\s?\([^()]{1,30}\))?\s?(?:,|and|, and|or|, or|&|/|as well as|both|\+)\s?(?:the |its )?$"
)
#: A subject that is named behind a noun: "the effectiveness of X", "superiority of X over Y".
_OF = re.compile(r"^.{0,30}?\b(?:of|in)\s(?:the |using |our |both )?$", re.DOTALL)
_AMID = re.compile(
    r"\b(?:across|including|over|under|in|on|for)\s(?:[\w-]+ ){0,2}$|"
    r"\b(?:including|such as|e\.g\.,?)\s[^;:]{1,80}(?:,|and) $",
    re.IGNORECASE,
)
_THAT = re.compile(r"(?:\s|,)?\s?that\b")
#: Where the things compared end: "outperforms X on Y".
_SETTING = re.compile(r"\b(?:on|under|across|in terms of|with respect to|in)\s")
_OVER = re.compile(r"\b(?:over|than|to|against|compared (?:to|with)|relative to)\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Present:
    """An entity's mention in the sentence: offsets into the sentence."""

    start: int
    end: int
    name: str
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Own:
    """What the paper introduces, the likeliest first: names by kind."""

    names: tuple[tuple[str, str], ...] = ()

    def of_kind(self, kind: str | None, here: frozenset[str]) -> str | None:
        """Return the name that "our method" stands for; one that the sentence names comes first."""
        some = [name for name, its in self.names if kind is None or its == kind]
        if not some and kind in (Kind.DATASET.value, Kind.METRIC.value):
            some = [name for name, _ in self.names]
        return next((name for name in some if name in here), some[0] if some else None)


def find_arguments(sentence: str, cue: Cue, inside: Sequence[Present], own: Own) -> tuple[tuple[str, str], ...]:
    """Return (role, name) pairs: subjects, objects, then datasets, metrics and tasks, each name once.

    The subject stands in the cue's clause before the cue, the object after it ("X is outperformed by Y": turned);
    entities of the kinds Dataset, Metric and Task have the role of their kind, unless the claim introduces them.
    """
    others = {Kind.DATASET.value: "dataset", Kind.METRIC.value: "metric", Kind.TASK.value: "task"}
    things = [m for m in inside if m.kind not in others]
    here = frozenset(m.name for m in inside)
    subjects: list[str] = []
    objects: list[str] = []
    if cue.predicate is ClaimPredicate.INTRODUCES:
        objects = _introduced(sentence, cue, inside, own, here)
    else:
        subjects = _subjects(sentence, cue, things, own, here)
        objects = _objects(sentence, cue, things, subjects)
    if cue.turned:
        subjects, objects = objects, subjects
    roles = [("subject", name) for name in subjects] + [("object", name) for name in objects]
    roles += [(role, m.name) for kind, role in others.items() for m in inside if m.kind == kind]
    seen: dict[str, str] = {}
    for role, name in roles:
        seen.setdefault(name, role)
    return tuple((role, name) for name, role in seen.items())


def _introduced(sentence: str, cue: Cue, inside: Sequence[Present], own: Own, here: frozenset[str]) -> list[str]:
    names = [name for name, _ in own.names]
    after = [m for m in inside if m.start >= cue.start]
    mine = list(dict.fromkeys(m.name for m in after if m.name in names)) or [
        m.name for m in inside if m.name in names and m.start < cue.start
    ]
    if mine:
        return mine[:1] if len(mine) == 1 else list(dict.fromkeys(mine))
    ours = _OURS.search(sentence)
    if ours and not names and after:
        return [after[0].name]
    if names and ours and ours["we"] is None:
        return [found] if (found := own.of_kind(_kind_of(ours), here)) else []
    return [after[0].name] if after else []


def _kind_of(ours: re.Match[str]) -> str | None:
    noun = (ours["noun"] or "").lower()
    if noun in _DATA:
        return Kind.DATASET.value
    return Kind.METRIC.value if noun in _MEASURE else Kind.METHOD.value


def _subjects(sentence: str, cue: Cue, things: Sequence[Present], own: Own, here: frozenset[str]) -> list[str]:
    """Return the names before the cue in its clause: the first with those joined to it by commas or "and"."""
    begin = cue.clause if cue.clause <= cue.start else 0
    clause = sentence[begin : cue.start]
    before = [m for m in things if begin <= m.start and m.end <= cue.start]
    # "across models, including X": a circumstance, unless nothing else is named.
    while len(before) > 1 and _AMID.search(sentence[begin : before[0].start]):
        before = before[1:]
    if before and _AMID.search(sentence[begin : before[0].start]):
        before = []
    ours = _OURS.search(clause)
    if ours and (not before or begin + ours.start() <= before[0].start):
        # "Our model, MiniWin, outperforms", "our approach using X": the named one if it is ours, else what is ours.
        mine = [m.name for m in before if m.name in {name for name, _ in own.names}]
        if ours["we"] is None and mine:
            return mine[:1]
        if ours["we"] is None or not before:
            found = own.of_kind(_kind_of(ours) if ours["we"] is None else Kind.METHOD.value, here)
            says = cue.predicate in (ClaimPredicate.SHOWS, ClaimPredicate.PROVES, ClaimPredicate.NONE)
            if found and not (ours["we"] and says):
                return [found]
            if ours["we"] is None:
                return [before[0].name] if before and begin + ours.end() + 3 >= before[0].start else []
    if before:
        group = [before[0]]
        for m in before[1:]:
            if not _COORDINATED.match(sentence[group[-1].end : m.start]):
                break
            group.append(m)
        return list(dict.fromkeys(m.name for m in group))
    if _IT.match(sentence[begin:]) and (found := own.of_kind(Kind.METHOD.value, here)):
        return [found]
    # "We prove that X attains"
    if cue.predicate is ClaimPredicate.PROVES and (said := _THAT.match(sentence, cue.end)):
        some = [m.name for m in things if said.end() <= m.start < said.end() + 40]
        if some:
            return some[:1]
    # "demonstrate the effectiveness of X", "the superiority of our method over Y"
    for m in things:
        if m.start >= cue.end and m.start - cue.end < 60 and _OF.match(sentence[cue.end : m.start]):
            if cue.predicate in (ClaimPredicate.SHOWS, ClaimPredicate.ACHIEVES) or sentence[: cue.end].endswith(" of"):
                return [m.name]
    if re.search(
        r"\bof$|(?:effective|efficacy|superior|benefit|improvement|gain)", sentence[cue.start : cue.end + 60], re.I
    ):
        behind = _OURS.search(sentence[cue.end : cue.end + 90])
        if behind and behind["we"] is None and (found := own.of_kind(_kind_of(behind), here)):
            return [found]
    # A claim in the passive, or of "results": what is named as ours before the clause.
    earlier = _OURS.search(sentence[:begin])
    if earlier and earlier["we"] is None and not things and (found := own.of_kind(_kind_of(earlier), here)):
        return [found]
    return []


def _objects(sentence: str, cue: Cue, things: Sequence[Present], subjects: Sequence[str]) -> list[str]:
    """Return the names after the cue, up to where another clause begins."""
    beyond = _BEYOND.search(sentence, cue.end)
    end = beyond.start() if beyond else len(sentence)
    if cue.predicate in (ClaimPredicate.OUTPERFORMS, ClaimPredicate.MATCHES) and (
        setting := _SETTING.search(sentence, cue.end)
    ):
        # "performs better on X than Y": what is compared stands behind.
        end = min(end, setting.start()) if not _OVER.search(sentence, setting.end(), end) else end
    after = [m for m in things if cue.start <= m.start < end and m.name not in subjects]
    if cue.predicate is ClaimPredicate.OUTPERFORMS and after:
        over = _OVER.search(sentence, cue.end, after[-1].start)
        if over and any(m.start >= over.end() for m in after) and sentence[cue.start : cue.end].rstrip().endswith("of"):
            after = [m for m in after if m.start >= over.end()]
    return list(dict.fromkeys(m.name for m in after))
