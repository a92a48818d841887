# ruff: noqa: E501 - records as their sources print them
"""Each format is recognised by its content and gives the same two papers."""

from pathlib import Path

import pytest

from kg.errors import ReadError, UnknownFormatError
from kg.read import FORMATS, find_format, find_readers, read_papers
from kg.records import Paper
from tests.read.samples import LORA, LORA_TEXT, RESNET, RESNET_TEXT, SAMPLES

#: Readers that share a file's look with another: told apart by the fields of each object.
_SEEN_AS = {"arxiv": "jsonl", "openalex": "json", "semanticscholar": "json"}


def _read(tmp_path: Path, name: str, *, format: str | None = None) -> list[Paper]:
    file, text = SAMPLES[name]
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    return list(read_papers(path, format=format))


def test_every_format_has_a_sample() -> None:
    assert SAMPLES.keys() == FORMATS.keys()
    assert find_readers().keys() >= FORMATS.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_is_recognised_by_content(name: str) -> None:
    file, text = SAMPLES[name]
    known_by_content = file if name == "text" else "no-ending"
    assert find_format(text.encode(), known_by_content) == _SEEN_AS.get(name, name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_gives_title_and_abstract_whether_named_or_not(tmp_path: Path, name: str) -> None:
    for format in (None, name):
        papers = _read(tmp_path, name, format=format)
        if name != "text":
            assert papers[0].title == LORA
            assert papers[0].abstract.startswith(LORA_TEXT)
            assert len(papers) == 2
        assert papers[-1].title == RESNET
        assert papers[-1].abstract.startswith(RESNET_TEXT)
        assert papers[-1].sources == (SAMPLES[name][0],)
        assert len({paper.id for paper in papers}) == len(papers)


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"dailypapers", "text"}))
def test_a_format_gives_the_year(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, name)[0].year == 2021


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"dailypapers", "text", "csv", "tsv"}))
def test_a_format_gives_authors_in_reading_order(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, name)[0].authors[0] == "Edward Hu"


@pytest.mark.parametrize("name", ["arxiv", "semanticscholar", "bibtex", "atom"])
def test_a_format_gives_the_arxiv_identifier(tmp_path: Path, name: str) -> None:
    paper = _read(tmp_path, name)[0]
    assert paper.arxiv_id == "2106.09685"
    assert paper.url.endswith("arxiv.org/abs/2106.09685") or name == "atom"


@pytest.mark.parametrize("name", ["jsonl", "json", "openalex", "semanticscholar", "bibtex", "ris", "atom"])
def test_a_format_gives_the_doi(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, name)[1].doi == "10.1109/cvpr.2016.90"


def test_arxiv_gives_the_date_of_the_first_version_and_its_categories(tmp_path: Path) -> None:
    paper = _read(tmp_path, "arxiv")[0]
    assert (paper.date, paper.keywords) == ("2021-06-17", ("cs.CL", "cs.AI"))


def test_openalex_gives_venue_and_keywords(tmp_path: Path) -> None:
    paper = _read(tmp_path, "openalex")[0]
    assert (paper.venue, paper.keywords) == ("A Venue", ("Deep learning",))


def test_pubmed_gives_date_and_address_and_labels_the_parts_of_an_abstract(tmp_path: Path) -> None:
    path = tmp_path / "parts.xml"
    parts = '<AbstractText Label="METHODS">We look.</AbstractText><AbstractText Label="RESULTS">We see.</AbstractText>'
    text = SAMPLES["pubmed"][1].replace(f"<AbstractText>{LORA_TEXT}</AbstractText>", parts)
    path.write_text(text, encoding="utf-8")
    paper = next(iter(read_papers(path)))
    assert (paper.id, paper.date, paper.url) == ("101", "2021-06", "https://pubmed.ncbi.nlm.nih.gov/101/")
    assert paper.abstract == "Methods: We look. Results: We see."


def test_a_text_file_takes_front_matter_and_its_name_as_id(tmp_path: Path) -> None:
    path = tmp_path / "paper-7.md"
    path.write_text(f"---\ntitle: {LORA}\nyear: 2021\n---\n{LORA_TEXT}\n", encoding="utf-8")
    (paper,) = read_papers(path)
    assert (paper.id, paper.title, paper.abstract, paper.year) == ("paper-7", LORA, LORA_TEXT, 2021)


def test_a_table_may_have_semicolons_and_fields_over_many_lines(tmp_path: Path) -> None:
    path = tmp_path / "zotero.csv"
    path.write_text('Key;Title;Abstract Note\nk1;"A; b";"One.\nTwo ""three""."\n', encoding="utf-8")
    (paper,) = read_papers(path)
    assert (paper.id, paper.title, paper.abstract) == ("k1", "A; b", 'One. Two "three".')


def test_a_mapping_from_ids_gives_papers_with_those_ids(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text('{"p1": {"title": "A", "abstract": "B"}, "p2": {"title": "C", "abstract": "D"}}', encoding="utf-8")
    assert [paper.id for paper in read_papers(path)] == ["p1", "p2"]


def test_markup_is_decoded_in_title_abstract_authors_and_venue(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(
        '{"title": "On $k$-means", "abstract": "R&amp;D by 5\\\\%", "authors": ["Schr{\\\\\\"o}dinger, E."], "venue": "A &amp; B"}'
    )
    (paper,) = read_papers(path)
    assert (paper.title, paper.abstract, paper.venue) == ("On k-means", "R&D by 5%", "A & B")
    assert paper.authors == ("E. Schrödinger",)


def test_offsets_that_a_record_carries_stay_true(tmp_path: Path) -> None:
    path = tmp_path / "annotated.jsonl"
    abstract = "  We win\\n 5\\\\% &amp; more.  Indeed. "
    path.write_text(f'{{"title": "A  b", "abstract": "{abstract}", "sentences": [{{"start": 2, "end": 23}}]}}')
    (paper,) = read_papers(path)
    assert paper.title == "A  b"
    assert paper.abstract == "  We win\n 5\\% &amp; more.  Indeed. "


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match="no input format 'docx'; known: jsonl, json"):
        list(read_papers(tmp_path, format="docx"))


@pytest.mark.parametrize(
    "page",
    ["<!DOCTYPE html><html><body><p>Sign in</p></body></html>", "<html>\n<head><title>503</title></head></html>"],
)
def test_a_web_page_is_refused_whatever_its_name(tmp_path: Path, page: str) -> None:
    for name in ("page.html", "papers.xml", "papers.txt"):
        path = tmp_path / name
        path.write_text(page, encoding="utf-8")
        with pytest.raises(ReadError, match="not a format that kg knows; name one with '--format': jsonl"):
            list(read_papers(path))


def test_a_reader_of_another_package_is_used_where_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kg_third.py").write_text(
        "from kg.records import Paper\n\n\ndef read_pipes(source):\n    for line in source.lines():\n"
        "        title, abstract = line.strip().split('|')\n"
        "        yield Paper(id=title.lower(), title=title, abstract=abstract)\n",
        encoding="utf-8",
    )
    info = tmp_path / "kg_third-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kg-third\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[kg.readers]\npipes = kg_third:read_pipes\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "papers.pipes"
    path.write_text("A|B\nC|D\n", encoding="utf-8")
    assert find_readers()["pipes"] == "from kg_third:read_pipes"
    assert [paper.title for paper in read_papers(path, format="pipes")] == ["A", "C"]
