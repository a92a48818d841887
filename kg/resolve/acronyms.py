"""What acronyms mean: as the papers define them, as the field does (`ontology/acronyms.tsv`), or by their letters."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from kg.resolve.keys import LITTLE, name_key, tokens
from kg.text import is_acronym

#: An acronym stands for its commonest full form when so large a share of the papers that define it say so.
ONE_MEANING = 0.8
#: What the field says counts as much as so many papers of the corpus at most: a corpus can overrule it.
_FIELD = 10
#: An acronym is matched by its letters alone when it has so many, ...
_LETTERS = 3
#: ... and a name that it spells is its full form at odds of two to one before chance is looked at: authors leave out
#: the full forms of what others write about.
_ODDS = 2.0
#: Words of a full form at most; the segments of an acronym are searched for within them.
_LONGEST = 8


@lru_cache(maxsize=1)
def field_meanings() -> Mapping[str, tuple[str, float, float]]:
    """Return acronym key -> (full form, papers that define it so, papers that define it), as shipped."""
    best: dict[str, tuple[str, float, float]] = {}
    for place in (Path(str(files("kg"))) / "ontology", Path(str(files("kg"))).parent / "ontology"):
        path = place / "acronyms.tsv"
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            short, full, count, total = line.split("\t")
            key, n = name_key(short), float(count)
            if key not in best or n > best[key][1]:
                best[key] = full, n, float(total)
        break
    return best


class Meanings:
    """Votes of papers for what an acronym means, for each kind."""

    def __init__(self) -> None:
        self._votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._written: dict[str, tuple[str, ...]] = {}

    def vote(self, kind: str, short: str, full: str) -> None:
        """Count a paper that defines ``short`` as ``full``, both as printed."""
        key = name_key(full)
        self._votes[kind, name_key(short)][key] += 1
        self._words[name_key(short)][key] += 1
        self._written.setdefault(key, tokens(full))

    def _total(self, votes: Counter[str], short: str) -> tuple[dict[str, float], float]:
        counts: dict[str, float] = dict(votes)
        total = float(sum(votes.values()))
        if short in (field := field_meanings()):
            full, n, of = field[short]
            weight = min(of, _FIELD) / of
            counts[name_key(full)] = counts.get(name_key(full), 0.0) + n * weight
            total += of * weight
        return counts, total

    def _best(self, votes: Counter[str], short: str) -> tuple[str, float] | None:
        counts, total = self._total(votes, short)
        if not counts:
            return None
        full, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
        return (full, count / total) if count >= ONE_MEANING * total else None

    def is_defined(self, kind: str, short: str) -> bool:
        """Say whether any paper here defines the acronym."""
        return bool(self._votes.get((kind, short)))

    def one(self, kind: str, short: str) -> tuple[str, float] | None:
        """Return the key of the full form that an acronym's key means wherever it stands alone, with its share."""
        return self._best(self._votes.get((kind, short), Counter()), short)

    def write_out(self, words: tuple[str, ...], acronyms: frozenset[str]) -> tuple[str, ...]:
        """Return the words with each acronym among them replaced by the words that it stands for."""
        if not acronyms:
            return words
        found: list[str] = []
        for word in words:
            full = self._best(self._words.get(word, Counter()), word) if word in acronyms else None
            if full is None:
                found.append(word)
            elif full[0] in self._written:
                found += self._written[full[0]]
            else:
                found += tokens(field_meanings()[word][0])
        return tuple(found)


def acronyms_of(name: str) -> frozenset[str]:
    """Return the words of a name, as `tokens` gives them, that are printed as acronyms.

    >>> sorted(acronyms_of("LLM-based agents")), sorted(acronyms_of("Graph LLMs for QA"))
    (['llm'], ['llm', 'qa'])
    """
    found: set[str] = set()
    for part in name.replace("-", " ").replace("/", " ").split():
        if is_acronym(part) and len(words := tokens(part)) == 1:
            found.add(words[0])
    return frozenset(found)


def spells(short: str, words: tuple[str, ...]) -> bool:
    """Say whether an acronym is made of beginnings of all the words, in order; little words may be left out.

    >>> spells("lora", ("low", "rank", "adaptation")), spells("moe", ("mixture", "of", "expert"))
    (True, True)
    >>> spells("lda", ("latent", "attention")), spells("rag", ("retrieval", "generation"))
    (False, False)
    """
    ends = {0}
    for word in words:
        reached = set(ends) if word in LITTLE else set()
        for end in ends:
            size = 0
            while size < len(word) and end + size < len(short) and short[end + size] == word[size]:
                size += 1
                reached.add(end + size)
        ends = reached
    return len(short) in ends


def match_letters(
    shorts: Iterable[tuple[str, str]], fulls: Mapping[tuple[str, str], tuple[str, ...]]
) -> dict[tuple[str, str], tuple[list[tuple[str, str]], float]]:
    """Return acronym -> (the full forms that its letters spell, probability that it means them and not something else).

    The number of names that begin with such letters by chance is the product of how often each letter begins a word,
    times the names of as many words: it grows with the corpus, so that in a large one only papers' own definitions say
    what a short acronym means.

    Args:
        shorts: (kind, key) of acronyms that no paper defines.
        fulls: (kind, key) of longer names -> their words.
    """
    begins: Counter[str] = Counter()
    sizes: Counter[tuple[str, int]] = Counter()
    blocks: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for (kind, key), words in fulls.items():
        content = [word for word in words if word not in LITTLE]
        if 2 <= len(content) <= _LONGEST:
            begins.update(word[0] for word in content)
            sizes[kind, len(content)] += 1
            for start in {content[0][:2], content[0][0] + content[1][0], content[0][0] + words[1][0]}:
                blocks[kind, start].append((kind, key))
    total = sum(begins.values())
    found = {}
    for kind, short in sorted(shorts):
        if len(short) < _LETTERS:
            continue
        share = math.prod((begins[letter] + 1) / (total + 1) for letter in short)
        chance = share * max(sizes[kind, len(short)], sizes[kind, len(short) - 1], 1)
        score = _ODDS / (_ODDS + chance)
        spelled = [full for full in sorted(blocks.get((kind, short[:2]), ())) if spells(short, fulls[full])]
        if spelled:
            found[kind, short] = spelled, score
    return found
