"""What the document entities say of names: how papers print them, and which acronyms mean what."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.resolve.acronyms import LETTERS, Initials, Meanings, choose_meaning, match_letters
from kg.resolve.clusters import CONFUSED, usual_form
from kg.resolve.decided import Decided
from kg.resolve.keys import name_key, tokens, without_brackets
from kg.resolve.known import known_kind, known_meaning, known_things
from kg.resolve.wordings import holds_words, is_spelling, is_variant
from kg.text import is_acronym

if TYPE_CHECKING:
    from kg.store import Store

#: A name that one kind has in so large a share of its papers, in at least so many papers, is of that kind.
_ONE_KIND, _ONE_KIND_PAPERS = 0.75, 4
#: Names that somebody made up: small letters among capitals, as in "VirtualHome" or "SQuAD 2.0"; nobody else makes up
#: the same. What has only capitals ("QDR") is made up again and again.
_COINED = re.compile(r"(?=\S*[a-z]\S)(?=\S*[A-Z]\S*[A-Z])[A-Za-z][\w.-]*( \d[\d.]*)?")
#: What the field knows a name as is its kind where so many times the papers at most take it for another.
_KNOWN = 3
#: So many times the papers have what an acronym means that a longer form of it in others is but another wording.
_WIDENED = 3
#: The score of an acronym and the one name that has it in brackets ("key-value (KV) cache" has another word behind it).
_IN_BRACKETS = 0.92

NameId = tuple[str, str]


class Evidence:
    """What the document entities say: names with their forms, acronyms with their full forms."""

    def __init__(self, store: "Store", decided: Decided, acronyms: Sequence[str] | None = None) -> None:
        forms: dict[NameId, dict[str, int]] = {}
        self.shorts: dict[NameId, Counter[str]] = defaultdict(Counter)
        #: Acronym -> names that have it in brackets, anywhere.
        self.inside: dict[NameId, Counter[str]] = defaultdict(Counter)
        #: Acronym -> keys of the words before the brackets whose initials it is.
        self.bracketed: dict[NameId, Counter[str]] = defaultdict(Counter)
        self.meanings = Meanings()
        asked = "SELECT name, kind, surfaces, count(*) FROM document_entities"
        if acronyms is not None:
            asked += " WHERE list_has_any(surfaces, ?::VARCHAR[])"
        asked += " GROUP BY ALL"
        for name, kind, surfaces, papers in store.stream(asked, [] if acronyms is None else [list(acronyms)]):
            place = decided.to_name(kind, name, met=True)
            if place is None:
                continue
            kind, key = place
            # Every spelling of the name that the paper prints counts as one paper that prints it.
            if (counts := forms.get(place)) is None:
                counts = forms[place] = {}
            counts[name] = counts.get(name, 0) + papers
            if len(surfaces) > 1 or surfaces != [name]:
                for form in {s for s in surfaces if s != name and name_key(s) == key}:
                    counts[form] = counts.get(form, 0) + papers
            full, inside = without_brackets(name)
            if not inside and surfaces == [name]:
                continue
            if is_acronym(full):
                continue
            if inside:
                self.inside[kind, name_key(inside)][key] += papers
                if before := self.meanings.read_brackets(name, inside, papers):
                    self.bracketed[kind, name_key(inside)][before] += papers
            words = tokens(name)
            for short in {*surfaces, *([inside] if name.endswith(")") else [])}:
                # A word of the name itself ("LightGBM ranker") is no acronym of it.
                if not short.islower() and is_acronym(short) and name_key(short) not in (key, *words):
                    self.meanings.vote(kind, short, full, papers)
                    if short in surfaces:
                        self.shorts[kind, key][short] += papers

        #: Sorted by name.
        self.forms: dict[NameId, dict[str, int]] = {name: forms[name] for name in sorted(forms)}
        self._bare = dict.fromkeys(name for name, printed in self.forms.items() if all(map(is_acronym, printed)))

    def bare_acronyms(self) -> list[NameId]:
        """Return the names that are printed as acronyms alone, sorted."""
        return list(self._bare)

    def find_known(self) -> Iterator[tuple[list[NameId], str]]:
        """Yield the names here of one thing that the field knows, a full form of most papers first, and its usual name.

        An acronym that papers here define is theirs, not the field's.
        """
        kinds = sorted({kind for kind, _ in self.forms})
        groups = [[kind] for kind in kinds if kind not in CONFUSED] + [[kind for kind in kinds if kind in CONFUSED]]
        for _, names in known_things():
            keys = dict.fromkeys(map(name_key, names))
            for group in groups:
                here = [
                    (kind, key)
                    for kind in group
                    for key in keys
                    if (kind, key) in self.forms
                    and (
                        not self._has_acronym((kind, key))
                        or (not self.meanings.is_defined(kind, key) and known_meaning(key, kind) == names[0])
                    )
                ]
                if len(here) > 1:
                    here.sort(key=lambda name: (self._has_acronym(name), -sum(self.forms[name].values()), name))
                    yield here, names[0]

    def _before_brackets(self, short: NameId) -> NameId | None:
        """Return the name here that all names with an acronym in brackets have before it."""
        before = [key for key in self.bracketed.get(short, ()) if (short[0], key) in self.forms]
        return (short[0], before[0]) if len(before) == len(self.bracketed.get(short, ())) == 1 else None

    def _has_acronym(self, name: NameId) -> bool:
        return name in self._bare

    def find_meanings(self, threshold: float) -> Iterator[tuple[NameId, list[NameId], float, str]]:
        """Yield acronyms that stand alone, with the full forms that they mean if these are one thing, score and reason.

        An acronym of several full forms stays apart unless one of them has nearly all the papers that define it; one
        that no paper here defines is matched by its letters.
        """
        unknown = []
        fulls = {name: tokens(usual_form(forms)) for name, forms in self.forms.items()}
        bare = self.bare_acronyms()
        initials_here = Initials(fulls, frozenset(bare))
        spelling = initials_here.names
        for kind, short in bare:
            said = self.meanings.one(kind, short)
            here = self.meanings.here(kind, short)
            if said is not None and (kind, said[0]) not in self.forms:
                words = self.meanings.words_of(said[0])
                same = [name for name in spelling.get((kind, short), ()) if is_variant(fulls[name], words)]
                if same:
                    best = min(same, key=lambda name: (-sum(self.forms[name].values()), name))
                    said = best[1], said[1]
            if said is not None and (kind, said[0]) not in self.forms and not self.meanings.is_defined(kind, short):
                other = next(((k, said[0]) for k in sorted(CONFUSED - {kind}) if kind in CONFUSED), None)
                if other in self.forms:
                    yield (kind, short), [other], said[1], f"acronym, so defined in {said[1]:.0%} of the field's papers"
                    continue
            # What the field means by it counts where it is met here, or more papers use the acronym than define it.
            if (said is None or (kind, said[0]) not in self.forms) and here is not None:
                said = here[:2] if here[2] >= sum(self.forms[kind, short].values()) else said
            if said is not None and (kind, said[0]) in self.forms:
                reason = f"acronym, so defined in {said[1]:.0%} of the papers that define it"
                yield (kind, short), [(kind, said[0])], said[1], reason
                if len(short) >= LETTERS:
                    meant = [(kind, said[0]), *spelling.get((kind, short), ())]
                    yield from self._variants((kind, short), meant, fulls, said[1])
                    yield from self._widened((kind, short), (kind, said[0]), fulls, said[1])
            elif (before := self._before_brackets((kind, short))) is not None:
                yield (kind, short), [before], _IN_BRACKETS, "acronym that names have in brackets"
            elif len(held := self.inside.get((kind, short), Counter())) == 1 and not self._is_part(said, held):
                yield (kind, short), [(kind, next(iter(held)))], _IN_BRACKETS, "acronym that this name has in brackets"
            elif not self.meanings.is_defined(kind, short):
                unknown.append((kind, short))
        for kind, short in self.meanings.shorts():
            # An acronym that never stands alone has forms that are one thing too.
            if len(short) >= LETTERS and (kind, short) not in self.forms:
                said = self.meanings.one(kind, short)
                if said is not None and (kind, said[0]) in self.forms:
                    yield from self._widened((kind, short), (kind, said[0]), fulls, said[1])
        for name, (found, score) in match_letters(unknown, fulls, threshold, initials_here).items():
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
            if name != meant[0] and is_spelling(words[name], words[meant[0]]):
                yield name, [meant[0]], score, f"what '{printed}' means, in other words"

    def _widened(
        self, short: NameId, meant: NameId, words: Mapping[NameId, tuple[str, ...]], score: float
    ) -> Iterator[tuple[NameId, list[NameId], float, str]]:
        """Yield the names that few papers define an acronym as and that hold all words of what it means to most."""
        forms = self.forms.get(short, {short[1].upper(): 1})
        printed = min(forms, key=lambda form: (-forms[form], form))
        for full in self.meanings.defined(*short):
            name = short[0], full
            if name == meant or name not in self.forms or not holds_words(words[name], words[meant]):
                continue
            same_length = len(words[name]) == len(words[meant])
            if same_length or sum(self.forms[name].values()) * _WIDENED <= sum(self.forms[meant].values()):
                yield name, [meant], score, f"what '{printed}' means, with other words"

    @staticmethod
    def _is_part(said: tuple[str, float] | None, held: Counter[str]) -> bool:
        """Say whether an acronym's meaning is but the beginning of the name that has it in brackets ("LLM agents")."""
        return said is not None and any(key.startswith(said[0]) for key in held)

    def one_kind(self) -> dict[NameId, tuple[NameId, float]]:
        """Return name -> the same name under the kind that most of its papers give it, with that kind's share.

        Method and task are often two sides of one thing: the commoner side is the thing's kind (of two as common, the
        one that names with this last word have here). So is what somebody made up a name for, of whatever kind. Other
        kinds, and those of an acronym, which may be two things, give way only to nearly all papers.
        """
        first: dict[str, str] = {}
        kinds: dict[str, dict[str, int]] = {}
        for kind, key in self.forms:
            if first.setdefault(key, kind) != kind:
                kinds.setdefault(key, {})[kind] = sum(self.forms[kind, key].values())
        for key, counts in kinds.items():
            counts[first[key]] = sum(self.forms[first[key], key].values())
        asked = {words[-1] for key in kinds if (words := tokens(min(self.forms[min(kinds[key]), key])))}
        lasts: dict[str, Counter[str]] = defaultdict(Counter)
        for (kind, _), forms in self.forms.items():
            if (words := tokens(min(forms) if len(forms) > 1 else next(iter(forms)))) and words[-1] in asked:
                lasts[words[-1]][kind] += 1
        found = {}
        for key, counts in sorted(kinds.items()):
            words = tokens(min(self.forms[min(counts), key]))
            last = lasts[words[-1]] if words else Counter[str]()
            kind = min(counts, key=lambda one: (-counts[one], -last[one], one))
            total = sum(counts.values())
            # An acronym of one thing in the field is that, whatever kind a reader takes it for.
            if (given := known_kind(key)) in counts and counts[given] * _KNOWN >= counts[kind]:
                kind = given
            nearly = given == kind or (total >= _ONE_KIND_PAPERS and counts[kind] / total >= _ONE_KIND)
            acronym = any(self._has_acronym((one, key)) for one in counts)
            for other in sorted(counts.keys() - {kind}):
                share = counts[kind] / (counts[kind] + counts[other])
                coined = all(_COINED.fullmatch(form) for one in (kind, other) for form in self.forms[one, key])
                if nearly or (not acronym and ({kind, other} == CONFUSED or coined)):
                    found[other, key] = (kind, key), share
        return found
