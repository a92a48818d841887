"""PubMed's XML."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from kg.read.atom import child_text, elements
from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

_MONTHS = {name: f"{n:02}" for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


def read_pubmed(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each article; the parts of a structured abstract follow each other, with their labels."""
    for line, article in elements(source, "PubmedArticle"):
        try:
            yield to_paper(_fields(article), source.name)
        except ValueError as error:
            yield Fault(line=line, reason=str(error), raw=tostring(article, encoding="unicode"))


def _fields(article: Element) -> dict[str, object]:
    parts = []
    for part in article.findall(".//Article/Abstract/AbstractText"):
        text = "".join(part.itertext()).strip()
        label = part.get("Label", "")
        parts.append(f"{label.capitalize()}: {text}" if label and text else text)
    title = article.find(".//Article/ArticleTitle")
    ids = {node.get("IdType", ""): node.text or "" for node in article.findall("./PubmedData/ArticleIdList/ArticleId")}
    date = article.find(".//Article/Journal/JournalIssue/PubDate")
    year = child_text(date, "Year") or child_text(date, "MedlineDate") if date is not None else ""
    month = child_text(date, "Month") if date is not None else ""
    month = _MONTHS.get(month[:3], month.zfill(2) if month.isdigit() else "")
    return {
        "id": (article.findtext("./MedlineCitation/PMID") or ids.get("pubmed") or "").strip(),
        "title": "".join(title.itertext()).strip() if title is not None else "",
        "abstract": " ".join(part for part in parts if part),
        "authors": [
            {"given": child_text(author, "ForeName"), "family": child_text(author, "LastName")}
            for author in article.findall(".//Article/AuthorList/Author")
        ],
        "venue": article.findtext(".//Article/Journal/Title") or "",
        "year": year,
        "date": f"{year}-{month}" if year.isdigit() and month else year,
        "doi": ids.get("doi", ""),
        "keywords": [node.text or "" for node in article.findall(".//KeywordList/Keyword")],
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{ids['pubmed']}/" if ids.get("pubmed") else "",
    }
