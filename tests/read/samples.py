# ruff: noqa: E501 - records as their sources print them
"""One small file for each format, all of the same two papers; the abstracts are in our own words."""

import json
from typing import Any

LORA = "LoRA: Low-Rank Adaptation of Large Language Models"
LORA_TEXT = "We freeze a pretrained model and train small low-rank matrices beside its weights. Memory falls threefold."
RESNET = "Deep Residual Learning for Image Recognition"
RESNET_TEXT = "We let layers learn residuals, so that networks of 152 layers can be trained. It wins on ImageNet."

_JSONL = [
    {"id": "lora", "title": LORA, "abstract": LORA_TEXT, "year": 2021, "authors": ["Edward Hu", "Yelong Shen"]},
    {"id": "resnet", "title": RESNET, "abstract": RESNET_TEXT, "year": 2015, "doi": "10.1109/CVPR.2016.90"},
]
_ARXIV = [
    {
        "id": "2106.09685",
        "title": "LoRA: Low-Rank Adaptation\n  of Large Language Models",
        "abstract": "  " + LORA_TEXT.replace(" train ", "\ntrain ") + "\n",
        "authors_parsed": [["Hu", "Edward", ""], ["Shen", "Yelong", ""]],
        "categories": "cs.CL cs.AI",
        "versions": [{"version": "v1", "created": "Thu, 17 Jun 2021 17:37:18 GMT"}],
        "update_date": "2021-10-18",
    },
    {
        "id": "1512.03385",
        "title": RESNET,
        "abstract": RESNET_TEXT,
        "authors_parsed": [["He", "Kaiming", ""]],
        "categories": "cs.CV",
        "versions": [{"version": "v1", "created": "Thu, 10 Dec 2015 19:51:55 GMT"}],
    },
]
_OPENALEX = {
    "meta": {"count": 2},
    "results": [
        {
            "id": f"https://openalex.org/W{number}",
            "doi": doi,
            "display_name": title,
            "publication_year": year,
            "publication_date": f"{year}-06-17",
            "authorships": [{"author": {"display_name": author}}],
            "primary_location": {"source": {"display_name": "A Venue"}, "landing_page_url": "https://example.org/p"},
            "keywords": [{"display_name": "Deep learning"}],
            "abstract_inverted_index": {word: [at for at, w in enumerate(text.split()) if w == word] for word in text.split()},
        }
        for number, doi, title, year, author, text in (
            (1, None, LORA, 2021, "Edward Hu", LORA_TEXT),
            (2, "https://doi.org/10.1109/cvpr.2016.90", RESNET, 2016, "Kaiming He", RESNET_TEXT),
        )
    ],
}  # fmt: skip
_S2 = [
    {
        "paperId": "a" * 40,
        "externalIds": {"ArXiv": "2106.09685", "CorpusId": 235458009},
        "title": LORA,
        "abstract": LORA_TEXT,
        "year": 2021,
        "publicationDate": "2021-06-17",
        "authors": [{"authorId": "1", "name": "Edward Hu"}, {"authorId": "2", "name": "Yelong Shen"}],
        "fieldsOfStudy": ["Computer Science"],
    },
    {"paperId": "b" * 40, "externalIds": {"DOI": "10.1109/CVPR.2016.90"}, "title": RESNET, "abstract": RESNET_TEXT},
]
_ATOM = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <title>ArXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/2106.09685v2</id>
    <published>2021-06-17T17:37:18Z</published>
    <title>LoRA: Low-Rank Adaptation
  of Large Language Models</title>
    <summary>  {LORA_TEXT}
</summary>
    <author><name>Edward Hu</name></author>
    <author><name>Yelong Shen</name></author>
    <category term="cs.CL"/>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/1512.03385v1</id>
    <published>2015-12-10T19:51:55Z</published>
    <title>{RESNET}</title>
    <summary>{RESNET_TEXT}</summary>
    <arxiv:doi>10.1109/CVPR.2016.90</arxiv:doi>
  </entry>
</feed>
"""
_PUBMED = "<PubmedArticleSet>" + "".join(
    f"""
<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>
<Journal><Title>A Journal</Title><JournalIssue><PubDate><Year>{year}</Year><Month>Jun</Month></PubDate></JournalIssue></Journal>
<ArticleTitle>{title}</ArticleTitle>
<Abstract><AbstractText>{text}</AbstractText></Abstract>
<AuthorList><Author><LastName>Hu</LastName><ForeName>Edward</ForeName></Author></AuthorList>
</Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""
    for pmid, title, text, year in ((101, LORA, LORA_TEXT, 2021), (102, RESNET, RESNET_TEXT, 2015))
) + "\n</PubmedArticleSet>\n"  # fmt: skip
_BIB = f"""% exported
@inproceedings{{hu2021lora,
  title = {{{{LoRA}}: Low-Rank Adaptation of Large Language Models}},
  author = {{Hu, Edward and Shen, Yelong}},
  abstract = {{{LORA_TEXT}}},
  year = {{2021}},
  eprint = {{2106.09685}},
  archivePrefix = {{arXiv}},
}}

@article{{he2016resnet,
  title = "{RESNET}",
  abstract = "{RESNET_TEXT}",
  year = 2016,
  month = jun,
  doi = {{10.1109/CVPR.2016.90}}
}}
"""
_RIS = f"""TY  - CONF
ID  - lora
TI  - {LORA}
AU  - Hu, Edward
AU  - Shen, Yelong
AB  - {LORA_TEXT}
PY  - 2021
KW  - adaptation
ER  -\x20

TY  - JOUR
TI  - {RESNET}
AB  - {RESNET_TEXT}
PY  - 2016
DO  - 10.1109/CVPR.2016.90
ER  -\x20
"""
_LONG = " The text of a page is longer than a button's, which is how the reader knows it from one." * 3
_DAILY = f"""Daily Papers
by AK and the research community
Get trending papers in your email inbox!
Subscribe

{LORA}

{LORA_TEXT}{_LONG}

{RESNET}

{RESNET_TEXT}{_LONG}
"""


def _table(separator: str) -> str:
    rows = [("id", "Title", "Abstract", "Publication Year")]
    rows += [("lora", LORA, LORA_TEXT, "2021"), ("resnet", RESNET, RESNET_TEXT, "2015")]
    return "".join(separator.join(f'"{value}"' for value in row) + "\n" for row in rows)


def _lines(items: list[Any]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


#: Format -> (file's name, its text). A file of plain text holds one paper, all others two.
SAMPLES: dict[str, tuple[str, str]] = {
    "jsonl": ("papers.jsonl", _lines(_JSONL)),
    "json": ("papers.json", json.dumps({"papers": _JSONL}, indent=1)),
    "arxiv": ("arxiv.jsonl", _lines(_ARXIV)),
    "openalex": ("works.json", json.dumps(_OPENALEX)),
    "semanticscholar": ("s2.json", json.dumps({"total": 2, "data": _S2}, indent=1)),
    "csv": ("papers.csv", _table(",")),
    "tsv": ("papers.tsv", _table("\t")),
    "bibtex": ("papers.bib", _BIB),
    "ris": ("papers.ris", _RIS),
    "atom": ("feed.xml", _ATOM),
    "pubmed": ("pubmed.xml", _PUBMED),
    "dailypapers": ("page.txt", _DAILY),
    "text": ("resnet.md", f"# {RESNET}\n\n## Abstract\n\n{RESNET_TEXT}\n"),
}
