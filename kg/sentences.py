"""Sentence boundaries by rule, as a spaCy component: quick, and safe for what abstracts abbreviate."""

import re

import numpy as np
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from kg.words import words_of

#: A full stop after one of these, or after a single capital letter, ends no sentence.
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|vs|cf|figs?|eqs?|w\.r\.t|resp|approx|no|sec|dr|prof|st|ca|incl|a\.k\.a)|\b[A-Z])\.$",
    re.IGNORECASE,
)
#: What ends a sentence: its mark, closing brackets or quotes, white space, and then what can begin the next.
_END = re.compile(r"[.!?][\"')\]”’]*\s+(?=[\"'(\[“‘$\\]*[A-Z0-9\u0391-\u03a9\u0410-\u042f])")
#: A sentence has at least so many characters: shorter pieces are list marks ("1. ", "A. ").
_SHORTEST = 15


def find_sentences(text: str) -> list[tuple[int, int]]:
    r"""Return the offsets of the sentences of ``text``; what stands before the first empty line, a title, is one.

    >>> text = "A Title. Of two\n\nWe use e.g. BERT. It works well enough."
    >>> [text[a:b] for a, b in find_sentences(text)]
    ['A Title. Of two', 'We use e.g. BERT.', 'It works well enough.']
    """
    title, gap, _ = text.partition("\n\n")
    begin = len(title) + len(gap) if gap else 0
    found = [(0, len(title))] if gap and title.strip() else []
    start = begin
    for end in _END.finditer(text, begin):
        piece = text[start : end.start() + 1]
        stop = end.start() + len(end.group().rstrip())
        if len(piece) < _SHORTEST or _ABBREVIATED.search(piece):
            continue
        found.append((start, stop))
        start = end.end()
    last = len(text.rstrip())
    if last > start:
        found.append((start, last))
    return found


@Language.factory("kg_sentences", assigns=["token.is_sent_start", "doc.sents"], retokenizes=False)
def create_sentences(nlp: Language, name: str) -> "Sentences":
    """Return the component: the factory that spaCy calls."""
    return Sentences()


class Sentences:
    """Sets `token.is_sent_start` for every token of a doc."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark the first token of each sentence."""
        if not len(doc):
            return doc
        # All at once: setting `is_sent_start` of one token looks at all others.
        marks = np.full(len(doc), -1, np.int64)
        starts = [start for start, _ in find_sentences(words_of(doc).text)]
        marks[[0, *(at for at in np.searchsorted(doc.to_array(IDX), starts) if at < len(doc))]] = 1
        return doc.from_array([SENT_START], marks.astype(np.uint64).reshape(-1, 1))
