"""What acronyms mean: as the papers define them, as the field does (`ontology/acronyms.tsv`), or by their letters."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from kg.resolve.keys import LITTLE, name_key, tokens
from kg.resolve.known import field_meanings, field_words, known_meaning
from kg.resolve.wordings import is_variant
from kg.text import is_acronym

#: An acronym stands for its commonest full form when so large a share of the papers that define it say so.
ONE_MEANING = 0.8
#: What the field says counts as much as so many papers of the corpus at most: a corpus can overrule it.
_FIELD = 10
#: An acronym is matched by its letters alone when it has so many, ...
LETTERS = 3
#: ... and a name that it spells is its full form at such odds before chance is looked at: the likeliest odds for the
#: acronyms of the readings, in samples of 150 to 936 papers.
_ODDS = 6.0
#: Heads that an acronym may be joined to by a hyphen, as it is by a space ("MDI-Benchmark").
_HEADS = frozenset(("benchmark", "dataset", "corpus"))
#: Words of a full form at most.
_LONGEST = 8


class Meanings:
    """Votes of papers for what an acronym means, for each kind."""

    def __init__(self) -> None:
        self._votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._written: dict[str, tuple[str, ...]] = {}
        self._best_words: dict[str, tuple[str, ...]] = {}

    def vote(self, kind: str, short: str, full: str, papers: int = 1) -> None:
        """Count papers that define ``short`` as ``full``, both as printed."""
        key = name_key(full)
        self._votes[kind, name_key(short)][key] += papers
        self._words[name_key(short)][key] += papers
        self._best_words.clear()
        words = tokens(full)
        self._written[key] = min(words, self._written.get(key, words))

    def read_brackets(self, name: str, short: str, papers: int = 1) -> str:
        """Count a name that has ``short`` in brackets behind the words whose initials it is; return these words' key.

        >>> meanings = Meanings()
        >>> meanings.read_brackets("brisk quartz lattice (QL) search", "QL")
        'quartzlattice'
        >>> meanings.write_out(("ql", "tuning"), frozenset(("ql",)))
        ('quartz', 'lattice', 'tuning')
        """
        found = re.search(rf"\(\s*{re.escape(short)}\s*\)", name)
        words = tokens(name[: found.start()]) if found else ()
        for place in range(len(words) - 1, -1, -1):
            if name_key(short) in initials(words[place:]):
                full = "".join(words[place:])
                self._words[name_key(short)][full] += papers
                self._best_words.clear()
                self._written[full] = min(words[place:], self._written.get(full, words[place:]))
                return full
        return ""

    def words_of(self, key: str) -> tuple[str, ...]:
        """Return the words of the full form, met or known, that has a key."""
        return self._written[key] if key in self._written else field_words()[key]

    def _total(self, votes: Counter[str], short: str, kind: str | None) -> tuple[dict[str, float], float]:
        counts: dict[str, float] = dict(votes)
        total = float(sum(votes.values()))
        if (known := known_meaning(short, kind)) is not None:
            counts[name_key(known)] = counts.get(name_key(known), 0.0) + _FIELD
            total += _FIELD
        elif short in (field := field_meanings()):
            forms, of = field[short]
            weight = min(of, _FIELD) / of
            for key, (_, n) in forms.items():
                counts[key] = counts.get(key, 0.0) + n * weight
            total += of * weight
        return counts, total

    def _best(self, votes: Counter[str], short: str, kind: str | None = None) -> tuple[str, float] | None:
        counts, total = self._total(votes, short, kind)
        if not counts:
            return None
        full, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if count < ONE_MEANING * total:
            # The same in other words is no other meaning.
            words = self.words_of(full)
            count += sum(n for key, n in counts.items() if key != full and is_variant(self.words_of(key), words))
        return (full, count / total) if count >= ONE_MEANING * total else None

    def is_defined(self, kind: str, short: str) -> bool:
        """Say whether any paper here defines the acronym."""
        return bool(self._votes.get((kind, short)))

    def defined(self, kind: str, short: str) -> Mapping[str, int]:
        """Return key of a full form -> papers here that define the acronym's key so."""
        return dict(sorted(self._votes.get((kind, short), Counter()).items()))

    def shorts(self) -> list[tuple[str, str]]:
        """Return kind and key of each acronym that papers here define, sorted."""
        return sorted(self._votes)

    def one(self, kind: str, short: str) -> tuple[str, float] | None:
        """Return the key of the full form that an acronym's key means wherever it stands alone, with its share."""
        return self._best(self._votes.get((kind, short), Counter()), short, kind)

    def here(self, kind: str, short: str) -> tuple[str, float, int] | None:
        """Return what the papers here alone define an acronym's key as: key, share, and the papers that do."""
        votes = self._votes.get((kind, short))
        if not votes:
            return None
        full, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
        total = sum(votes.values())
        return (full, count / total, count) if count >= ONE_MEANING * total else None

    def write_out(self, words: tuple[str, ...], acronyms: frozenset[str]) -> tuple[str, ...]:
        """Return the words with each acronym among them replaced by the words that it stands for."""
        if not acronyms:
            return words
        found: list[str] = []
        for word in words:
            found += self._written_out(word) if word in acronyms else (word,)
        return tuple(found)

    def _written_out(self, word: str) -> tuple[str, ...]:
        if word not in self._best_words:
            full = self._best(self._words.get(word, Counter()), word)
            self._best_words[word] = (word,) if full is None else self.words_of(full[0])
        return self._best_words[word]


def acronyms_of(name: str) -> frozenset[str]:
    """Return the words of a name, as `tokens` gives them, that are printed as acronyms.

    >>> sorted(acronyms_of("LLM-based agents")), sorted(acronyms_of("Graph LLMs for QA")), sorted(acronyms_of("ME-TST"))
    (['llm'], ['llm', 'qa'], [])
    """
    found: set[str] = set()
    for word in name.split() if not name.islower() else ():
        if word.islower():
            continue
        parts = word.replace("/", "-").split("-")
        for part in parts:
            # Beside other capitals it is a part of a proper name ("Grad-CAM").
            others = [other for other in parts if other is not part and other.lower() not in _HEADS]
            if part.islower() or not all(other.islower() or not other for other in others):
                continue
            if is_acronym(part) and len(words := tokens(part)) == 1:
                found.add(words[0])
    return frozenset(found)


def initials(words: tuple[str, ...]) -> frozenset[str]:
    """Return the initials of a name, with and without its little words; numbers stand whole.

    >>> sorted(initials(("mixture", "of", "expert"))), sorted(initials(("3", "d", "gaussian", "splatting")))
    (['me', 'moe'], ['3dgs'])
    """
    if not 2 <= len(words) <= _LONGEST:
        return frozenset()
    letters = "".join([word if word[0].isdigit() else word[0] for word in words])
    if LITTLE.isdisjoint(words):
        return frozenset((letters,))
    return frozenset((letters, "".join([w if w[0].isdigit() else w[0] for w in words if w not in LITTLE])))


def choose_meaning(
    short: str, spelled: Sequence[tuple[str, str]], words: Mapping[tuple[str, str], tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Return which of several names an acronym means: those that the field lists nearly always, or all.

    Of names that are variants of each other the first is returned: whatever it means is called so.
    """
    if short in (field := field_meanings()):
        forms = field[short][0].values()
        counts = {name: sum(n for form, n in forms if is_variant(words[name], tokens(form))) for name in spelled}
        best = max(spelled, key=lambda name: (counts[name], spelled.index(name) * -1))
        others = [n for name, n in counts.items() if not is_variant(words[name], words[best])]
        if counts[best] and counts[best] >= ONE_MEANING * (counts[best] + sum(others)):
            return [best]
    if all(is_variant(words[name], words[spelled[0]]) for name in spelled[1:]):
        return [spelled[0]]
    return list(spelled)


class Initials:
    """The initials of a corpus' names: who has those that are asked for, and how often each letter is among all.

    `names` holds (kind, letters) -> the names (kind, key) whose initials they are, sorted.
    """

    def __init__(
        self, fulls: Mapping[tuple[str, str], tuple[str, ...]], asked: Collection[tuple[str, str]] | None = None
    ) -> None:
        """Count the initials of names with their words; ``asked`` are the (kind, letters) to be found, None all."""
        self.names: dict[tuple[str, str], list[tuple[str, str]]] = {}
        counts: Counter[tuple[str, str]] = Counter()
        for name, words in fulls.items():
            for letters in initials(words):
                counts[name[0], letters] += 1
                if asked is None or (name[0], letters) in asked:
                    self.names.setdefault((name[0], letters), []).append(name)
        for found in self.names.values():
            found.sort()
        self._sizes: Counter[tuple[str, int]] = Counter()
        self._begins: Counter[str] = Counter()
        for (kind, letters), count in counts.items():
            self._sizes[kind, len(letters)] += count
            for letter in letters:
                self._begins[letter] += count
        self._total = sum(self._begins.values())

    def expect(self, kind: str, short: str) -> float:
        """Return how many names of a kind have such initials by chance."""
        shares = ((self._begins[letter] + 1) / (self._total + 1) for letter in short)
        return self._sizes[kind, len(short)] * math.prod(shares)


def match_letters(
    shorts: Iterable[tuple[str, str]],
    fulls: Mapping[tuple[str, str], tuple[str, ...]],
    threshold: float,
    named: Initials | None = None,
) -> dict[tuple[str, str], tuple[list[tuple[str, str]], float]]:
    """Return acronym -> (names whose initials it is, probability that it means them and not something else).

    By Bayes' rule: before, it means a name of the corpus at `_ODDS`, or one of the field's meanings as often as the
    field says; by chance as many names have such initials as the letters' shares and the names of as many words give.
    That number grows with the corpus, so that in a large one only papers' own definitions say what a short acronym is.

    Args:
        shorts: (kind, key) of acronyms that no paper defines.
        fulls: (kind, key) of longer names -> their words.
        threshold: less sure ones are left out.
        named: the initials of ``fulls``, where they are known already.
    """
    named = named or Initials(fulls)
    found = {}
    for kind, short in sorted(shorts):
        # A name of single letters is no full form.
        spelled = [
            name
            for name in named.names.get((kind, short), [])
            if all(len(word) > 1 or word == "d" or word.isdigit() for word in fulls[name])
        ]
        if len(short) < LETTERS or not spelled:
            continue
        chance = named.expect(kind, short)
        odds = _ODDS
        if short in (field := field_meanings()):
            forms, of = field[short]
            listed = [n for form, n in forms.values() if any(is_variant(fulls[name], tokens(form)) for name in spelled)]
            odds *= max(sum(listed), of - sum(n for _, n in forms.values())) / of
        score = odds / (odds + chance)
        if score >= threshold:
            found[kind, short] = spelled, score
    return found
