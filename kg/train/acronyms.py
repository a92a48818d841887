"""`python -m kg.train.acronyms`: what acronyms mean in the field, counted in the papers that define them."""

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.mentions.abbreviations import find_abbreviations
from kg.resolve.keys import name_key
from kg.text import one_line

#: A meaning is listed when so many papers define it: fewer are one group's own.
_LEAST = 3

_HEAD = "# acronym\tfull form\tpapers that define it so\tpapers that define it; see VOCABULARY.md\n"


def read_texts(path: Path) -> Iterator[str]:
    """Yield title and abstract of each paper of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            yield f"{one_line(paper['title'])}\n\n{one_line(paper['abstract'])}"


def count_meanings(texts: Iterable[str]) -> Mapping[str, Mapping[str, Counter[str]]]:
    """Return acronym -> key of its full form -> papers that print each spelling of that form."""
    meanings: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for text in texts:
        for short, full in sorted({(text[a:b], text[c:d]) for a, b, c, d in find_abbreviations(text)}):
            one = short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short
            meanings[one][name_key(full)][full] += 1
    return meanings


def write_acronyms(path: Path, meanings: Mapping[str, Mapping[str, Counter[str]]]) -> None:
    """Write the table, sorted, with the commonest spelling of each full form."""
    rows = []
    for short, fulls in meanings.items():
        total = sum(sum(forms.values()) for forms in fulls.values())
        for forms in fulls.values():
            count = sum(forms.values())
            if count >= _LEAST:
                rows.append((short, min(forms, key=lambda form: (-forms[form], form)), count, total))
    text = "".join("\t".join(map(str, row)) + "\n" for row in sorted(rows))
    path.write_text(_HEAD + text, encoding="utf-8")


def main() -> None:
    """Count the definitions in a file of papers and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=Path, required=True, help="gzipped JSON lines with title and abstract")
    parser.add_argument("--out", type=Path, default=Path("ontology/acronyms.tsv"))
    given = parser.parse_args()
    write_acronyms(given.out, count_meanings(read_texts(given.papers)))


if __name__ == "__main__":
    main()
