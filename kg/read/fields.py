"""From named fields, as JSON, tables and reference managers give them, to a paper."""

import re
from collections.abc import Mapping
from typing import Any

from kg.read.markup import decode
from kg.records import Paper
from kg.text import arxiv_id, clean, doi, keep_length, one_line, slug

#: Field of a paper -> names that it goes by, in lower case without spaces, hyphens and underscores; first come, first
#: served.
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "paperid", "uid", "identifier", "key", "citekey", "entryid", "arxivid", "doi", "pmid", "corpusid"),
    "title": ("title", "papertitle", "articletitle", "documenttitle", "name", "displayname", "primarytitle"),
    "abstract": (
        "abstract",
        "abstracttext",
        "summary",
        "abstractnote",
        "description",
        "paperabstract",
        "notesabstract",
    ),
    "year": ("year", "publicationyear", "pubyear", "published_year", "publishedyear"),
    "date": ("date", "publicationdate", "published", "publisheddate", "created", "updatedate", "issued", "updated"),
    "url": ("url", "link", "abstracturl", "paperurl", "entryurl", "absurl", "openaccessurl", "urls"),
    "doi": ("doi",),
    "arxiv_id": ("arxivid", "arxiv", "eprint", "arxivurl"),
    "authors": ("authors", "author", "creators", "creator", "authornames"),
    "venue": (
        "venue",
        "journal",
        "publicationtitle",
        "booktitle",
        "conference",
        "journalref",
        "containertitle",
        "source",
    ),
    "keywords": (
        "keywords",
        "categories",
        "tags",
        "topics",
        "subjects",
        "fieldsofstudy",
        "manualtags",
        "authorkeywords",
    ),
}
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d|21\d\d)\b")
_DATE = re.compile(r"\b((?:1[89]|2[01])\d\d(?:-\d\d(?:-\d\d)?)?)\b")
_FORMULAS = re.compile(r"[\s_-]+")


def to_key(name: str) -> str:
    """Return a field's name as `NAMES` has it.

    >>> to_key("Publication Year")
    'publicationyear'
    """
    return _FORMULAS.sub("", name).lower()


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    return ""


def to_names(value: Any) -> tuple[str, ...]:
    """Return the names of people or keywords, as lists, dictionaries or one string give them.

    >>> to_names("Doe, Jane and Roe, Richard"), to_names([{"given": "Ada", "family": "Lovelace"}])
    (('Jane Doe', 'Richard Roe'), ('Ada Lovelace',))
    """
    if isinstance(value, str):
        if " and " in value:
            parts = re.split(r"\s+and\s+", value)
        elif ";" in value:
            parts = value.split(";")
        else:
            # "Jane Doe, Richard Roe" is two people, "Doe, Jane" one.
            parts = value.split(",") if value.count(",") > 1 or re.match(r"\S+\s+\S+.*,", value) else [value]
        return tuple(name for part in parts if (name := _in_order(decode(part))))
    if isinstance(value, list):
        found = []
        for item in value:
            if isinstance(item, str):
                found.append(_in_order(decode(item)))
            elif isinstance(item, dict):
                found.append(_of_dictionary(item))
            elif isinstance(item, list):
                last, first, *rest = [decode(_text(part)) for part in item] + ["", ""]
                found.append(one_line(f"{first} {last} {' '.join(rest)}"))
        return tuple(name for name in found if name)
    return ()


def _of_dictionary(item: Mapping[str, Any]) -> str:
    for key in ("name", "display_name", "full_name", "fullname", "literal", "value"):
        if isinstance(item.get(key), str):
            return decode(str(item[key]))
    if isinstance(item.get("author"), dict):
        return _of_dictionary(item["author"])
    given = _text(item.get("given") or item.get("first") or item.get("forename"))
    family = _text(item.get("family") or item.get("last") or item.get("surname"))
    return decode(f"{given} {family}")


def _in_order(name: str) -> str:
    last, comma, first = name.partition(",")
    return one_line(f"{first} {last}") if comma and first.strip() else one_line(name)


def to_paper(fields: Mapping[str, Any], source: str, *, keyword_split: str = r"[;,]", verbatim: bool = False) -> Paper:
    """Return the paper that named fields describe.

    ``verbatim`` keeps title and abstract as they are, for records that carry offsets into them.

    Raises:
        ValueError: there is no title or no abstract.
    """
    keyed: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(name, str) and value not in (None, "", [], {}):
            keyed.setdefault(to_key(name), value)

    def first(field: str) -> Any:
        return next((keyed[name] for name in NAMES[field] if name in keyed), None)

    decoded = keep_length if verbatim else decode
    title, abstract = decoded(_text(first("title"))), decoded(_text(first("abstract")))
    if not title.strip():
        raise ValueError("no 'title'; required")
    if not abstract.strip():
        raise ValueError("no 'abstract'; required")
    given_id = one_line(clean(_text(first("id"))))
    url = one_line(clean(_text(first("url"))))
    found_doi = doi(_text(keyed.get("doi")))
    found_arxiv = next(
        (
            found
            for text in (_text(first("arxiv_id")), _text(keyed.get("doi")), _arxiv_shaped(given_id), _of_arxiv(url))
            if text and (found := arxiv_id(text))
        ),
        "",
    )
    date_text = _text(first("date"))
    date = dated.group(1) if (dated := _DATE.search(date_text)) else ""
    year = next((int(y.group(1)) for t in (_text(first("year")), date_text) if (y := _YEAR.search(t))), None)
    keywords = first("keywords")
    if isinstance(keywords, str):
        keywords = re.split(keyword_split, keywords)
    elif not isinstance(keywords, list):
        keywords = []
    return Paper(
        id=given_id or found_arxiv or found_doi or slug(title) or "untitled",
        title=title,
        abstract=abstract,
        year=year,
        date=date,
        url=url or _address(found_arxiv, found_doi),
        doi=found_doi,
        arxiv_id=found_arxiv,
        authors=to_names(first("authors")),
        venue=_of_dictionary(venue) if isinstance(venue := first("venue"), dict) else decode(_text(venue)),
        keywords=tuple(dict.fromkeys(k for item in keywords if (k := decode(_text(item) or _keyword(item))))),
        sources=(source,),
    )


def _keyword(item: Any) -> str:
    return _of_dictionary(item) if isinstance(item, dict) else ""


def _arxiv_shaped(given: str) -> str:
    """Return an id only where it is an arXiv id whole, not a number that looks like one inside something else."""
    bare = re.sub(
        r"^(?:arxiv:|https?://(?:www\.)?(?:export\.)?arxiv\.org/(?:abs|pdf)/)", "", given, flags=re.IGNORECASE
    )
    whole = r"(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?"
    return bare if re.fullmatch(whole, bare) or given.lower().startswith("10.48550/") else ""


def _of_arxiv(url: str) -> str:
    return url if "arxiv.org/" in url.lower() else ""


def _address(arxiv: str, found_doi: str) -> str:
    if arxiv:
        return f"https://arxiv.org/abs/{arxiv}"
    return f"https://doi.org/{found_doi}" if found_doi else ""
