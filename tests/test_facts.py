"""`kg show`: one name, one thing, everything known of it with the sentence; else what comes near."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import QueryError
from kg.facts import EntityFacts, PaperFacts, find_entities, find_facts, find_near, find_papers, to_text
from kg.records import Entity, Paper, entity_id, to_plain
from kg.store import Store
from tests.graphs import PAPERS, small_graph

HOSTILE = 'x"<y>/../%20é'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("small")), read_only=True) as opened:
        yield opened


def entity_facts(store: Store, name: str) -> EntityFacts:
    found = find_facts(store, name)
    assert isinstance(found, EntityFacts)
    return found


def paper_facts(store: Store, name: str) -> PaperFacts:
    found = find_facts(store, name)
    assert isinstance(found, PaperFacts)
    return found


# ---- finding


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("GSM8K", "GSM8K"),
        ("gsm8k", "GSM8K"),
        ("  GSM8K\n", "GSM8K"),
        ("Dataset:GSM8K", "GSM8K"),
        ("dataset: gsm8k", "GSM8K"),
        (entity_id("Dataset", "GSM8K"), "GSM8K"),
        ("CoT", "chain-of-thought prompting"),
        ("Chain of Thought Prompting", "chain-of-thought prompting"),
        ("large language models", "large language model"),
        ("bidirectional encoder representations from transformers", "BERT"),
        ("few-shot", "few-shot prompting"),
        ("SuperG", "SuperGLUE"),
        ("<b>Bold</b>-Net v2", "<b>Bold</b>-Net v2"),
        ("العربية", "العربية"),
        ('back\\slash, ]]> and """three"""', 'back\\slash, ]]> and """three"""'),
    ],
)
def test_an_entity_is_found_by_name_alias_id_kind_spelling_and_unique_prefix(
    store: Store, asked: str, name: str
) -> None:
    assert entity_facts(store, asked).entity.name == name


@pytest.mark.parametrize(
    "asked",
    [
        "1706.03762",
        "arXiv:1706.03762v5",
        "https://arxiv.org/abs/1706.03762",
        "10.48550/arXiv.1706.03762",
        "Attention Is All You Need",
        "attention is all  you need",
        "Attention Is",
        "1706",
    ],
)
def test_a_paper_is_found_by_id_in_any_spelling_title_and_unique_prefix(store: Store, asked: str) -> None:
    assert paper_facts(store, asked).paper.id == "1706.03762"


def test_a_paper_is_found_by_its_doi_in_any_spelling(store: Store) -> None:
    for asked in ("10.18653/v1/N19-1423", "https://doi.org/10.18653/v1/n19-1423"):
        assert paper_facts(store, asked).paper.id == "1810.04805"


def test_a_hostile_id_is_an_id_like_any_other(store: Store) -> None:
    assert paper_facts(store, HOSTILE).paper.id == HOSTILE


@pytest.mark.parametrize(
    ("asked", "meant"), [("BRET", "'BERT'"), ("GSM-8K", "'GSM8K'"), ("machine tranlation", "'machine translation'")]
)
def test_a_near_miss_is_answered_with_what_was_meant(store: Store, asked: str, meant: str) -> None:
    with pytest.raises(QueryError, match=f"no entity or paper is called '{asked}'; did you mean {meant}"):
        find_facts(store, asked)


def test_what_nothing_comes_near_is_told(store: Store) -> None:
    with pytest.raises(QueryError, match="nothing in the graph comes near"):
        find_facts(store, "zzzzqqqq")
    assert find_near(store, "zzzzqqqq") == []


def test_pieces_of_a_word_are_not_near_it_but_words_of_a_phrase_are(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        names = ("GSM8K", "GS", "SM", "G", "K", "math", "GSM8K-XL")
        store.add(Entity, [Entity(id=f"k/{n}", name=n, kind="Dataset", papers=1, mentions=1) for n in names])
        assert find_near(store, "GSM9K") == ["'GSM8K'", "'GSM8K-XL'"]
        assert "'GSM8K'" in find_near(store, "the GSM8K of math")[:2]


def test_near_names_are_few_and_the_same_each_time(store: Store) -> None:
    near = find_near(store, "reasonin")
    assert near[0] == "'reasoning'"
    assert len(near) <= 5
    assert near == find_near(store, "reasonin")


def test_a_prefix_of_several_lists_them_to_choose_from(store: Store) -> None:
    with pytest.raises(QueryError, match=r"'R' may mean 'Dataset:RACE'; 'Method:RoBERTa'.*give one of these"):
        find_facts(store, "R")


def test_a_name_of_two_kinds_is_the_one_of_most_papers_and_the_other_by_its_kind(store: Store) -> None:
    assert [e.kind for e in find_entities(store, "MT")] == ["Task", "Method"]
    assert entity_facts(store, "MT").entity.name == "machine translation"
    assert entity_facts(store, "Method:MT").entity.name == "multi-task learning"


def test_a_name_of_two_kinds_as_common_as_each_other_is_asked_back(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(
            Entity,
            [Entity(id=entity_id(k, "LDA"), name="LDA", kind=k, papers=2, mentions=2) for k in ("Method", "Task")],
        )
        with pytest.raises(QueryError, match="'LDA' may mean 'Method:LDA'; 'Task:LDA'"):
            find_facts(store, "LDA")
        assert entity_facts(store, "Task:LDA").entity.kind == "Task"


def test_an_accent_or_a_colon_in_a_name_hinders_nothing(tmp_path: Path) -> None:
    names = ("Schrödinger bridge", "Écart type", "Task: the game", "100% accuracy", "a_b")
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(
            Entity,
            [Entity(id=entity_id("Method", n), name=n, kind="Method", papers=1, mentions=1) for n in names],
        )
        for asked, name in (
            ("schrodinger bridges", names[0]),
            ("ecart type", names[1]),
            ("Task: the game", names[2]),
            ("100% accuracy", names[3]),
            ("a_b", names[4]),
        ):
            assert entity_facts(store, asked).entity.name == name
        with pytest.raises(QueryError):
            find_facts(store, "%")
        with pytest.raises(QueryError):
            find_facts(store, "_")


@pytest.mark.parametrize("asked", ["", "  ", "\n"])
def test_asking_for_nothing_is_told(store: Store, asked: str) -> None:
    with pytest.raises(QueryError, match="nothing asked for"):
        find_facts(store, asked)


@pytest.mark.parametrize(
    "asked", ["'; DROP TABLE papers; --", "?", "\x00", "\ud800", "a" * 10_000, '"', "' OR 1=1", "(", "$1", "[x]"]
)
def test_hostile_names_are_names_that_nothing_has(store: Store, asked: str) -> None:
    with pytest.raises(QueryError):
        find_facts(store, asked)
    assert store.count("papers") == len(PAPERS)


def test_an_empty_graph_has_nothing_near(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store, pytest.raises(QueryError, match="nothing in the graph comes near"):
        find_facts(store, "BERT")


def test_every_entity_and_paper_is_found_by_its_id(store: Store) -> None:
    for entity in store.fetch(Entity):
        assert entity_facts(store, entity.id).entity == entity
    for paper in store.fetch(Paper):
        assert [p.id for p in find_papers(store, paper.id)] == [paper.id]
        assert paper_facts(store, paper.id).paper == paper


# ---- telling


def test_all_that_is_known_of_an_entity_is_told_with_its_sentence(store: Store) -> None:
    facts = entity_facts(store, "PAL")
    assert [(use.paper, use.role) for use in facts.uses] == [("2211.10435", "introduces"), (HOSTILE, "uses")]
    assert {(s.subject, s.relation.predicate, s.object) for s in facts.relations} == {
        ("PAL", "outperforms", "chain-of-thought prompting"),
        ("PAL", "evaluatedOn", "GSM8K"),
        ("chain-of-thought prompting", "outperforms", "PAL"),
    }
    assert {claim.paper for claim in facts.claims} == {"2211.10435", HOSTILE}


def test_an_entitys_claims_and_relations_are_found_under_its_papers_own_names(store: Store) -> None:
    facts = entity_facts(store, "BERT")
    assert "1810.04805" in {claim.paper for claim in facts.claims}
    assert {s.relation.paper for s in facts.relations} == {"1810.04805", "1901.11504", "1907.11692"}
    assert facts.merges
    assert [g.identifier for g in facts.groundings] == ["Q61726893"]


def test_every_quote_is_a_sentence_of_its_paper_that_holds_the_mention(store: Store) -> None:
    texts = {paper.id: paper.text for paper in store.fetch(Paper)}
    for entity in store.fetch(Entity):
        facts = entity_facts(store, entity.id)
        assert len(facts.uses) == entity.papers
        for use in facts.uses:
            assert use.quote
            assert texts[use.paper][use.start : use.end] == use.quote
        for stated in facts.relations:
            assert stated.quote in texts[stated.relation.paper]


def test_all_that_is_known_of_a_paper_is_told(store: Store) -> None:
    facts = paper_facts(store, "2211.10435")
    assert {use.name for use in facts.uses} == {"PAL", "chain-of-thought prompting", "reasoning", "GSM8K", "accuracy"}
    assert [claim.predicate for claim in facts.claims] == ["outperforms"]
    assert len(facts.relations) == 2
    weights = [link.weight for link, _, _ in facts.links]
    assert weights == sorted(weights, reverse=True)
    assert all(title and names for _, title, names in facts.links)


def test_a_paper_that_yielded_nothing_is_told_as_that(store: Store) -> None:
    facts = paper_facts(store, "empty-1")
    assert (facts.uses, facts.relations, facts.claims, facts.links) == ((), (), (), ())
    assert to_text(facts).startswith("An Editorial\nempty-1")


def test_the_text_of_every_entity_and_paper_is_whole_lines_without_controls(store: Store) -> None:
    names = [entity.id for entity in store.fetch(Entity)] + [paper.id for paper in store.fetch(Paper)]
    for name in names:
        text = to_text(find_facts(store, name))
        assert text.endswith("\n")
        assert not [c for c in text if ord(c) < 32 and c != "\n"]
        for line in text.splitlines():
            assert line.count("“") == line.count("”"), "a quote stays on its line"


def test_one_paper_is_not_called_papers(store: Store) -> None:
    assert to_text(find_facts(store, "SuperGLUE")).startswith("SuperGLUE  [Dataset]  1 paper, 1 mention\n")
    assert to_text(find_facts(store, "GSM8K")).startswith("GSM8K  [Dataset]  3 papers, 3 mentions\n")


def test_facts_can_be_written_as_json(store: Store) -> None:
    for name in ("BERT", HOSTILE):
        plain = to_plain(find_facts(store, name))
        assert json.loads(json.dumps(plain)) == plain
