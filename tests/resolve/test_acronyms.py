"""What acronyms mean: defined here, in the field, or by their letters."""

from pathlib import Path

from kg.resolve.acronyms import Meanings, match_letters
from kg.resolve.known import field_meanings
from tests.resolve.stores import groups, resolved


def test_the_field_ships_its_acronyms() -> None:
    forms, papers = field_meanings()["llm"]
    full, count = forms["largelanguagemodel"]
    assert full.lower() == "large language models"
    assert 0.9 * papers < count <= papers


def test_what_the_field_says_joins_an_acronym_that_no_paper_here_defines(tmp_path: Path) -> None:
    with resolved(tmp_path, ["Low-Rank Adaptation", "LoRA"]) as store:
        assert groups(store) == [["LoRA", "Low-Rank Adaptation"]]


def test_papers_here_overrule_the_field(tmp_path: Path) -> None:
    own = ("radial aperture grating", "Method", ["RAG"])
    with resolved(tmp_path, [own] * 60 + ["RAG", "retrieval-augmented generation"]) as store:
        assert groups(store) == [["RAG", "radial aperture grating"]]


def test_letters_of_two_names_join_neither(tmp_path: Path) -> None:
    with resolved(tmp_path, ["quick zonal jumping", "quiet zebra joining", "QZJ"]) as store:
        assert groups(store) == []


def test_letters_of_one_name_join_it_in_a_small_corpus_only() -> None:
    fulls = {("Method", "quickzonaljumping"): ("quick", "zonal", "jumping")}
    shorts = [("Method", "qzj")]
    assert match_letters(shorts, fulls, 0.5)["Method", "qzj"][0] == [("Method", "quickzonaljumping")]
    many = {("Method", f"n{i}"): ("quick", "zonal", "jumping"[: 3 + i % 4]) for i in range(500)}
    assert match_letters(shorts, {**fulls, **many}, 0.9) == {}


def test_letters_do_not_join_what_the_field_uses_for_another_thing(tmp_path: Path) -> None:
    with resolved(tmp_path, ["partial pooling operation", "PPO"]) as store:
        assert groups(store) == []


def test_two_letters_are_never_enough(tmp_path: Path) -> None:
    with resolved(tmp_path, ["quick zoning", "QZ"]) as store:
        assert groups(store) == []


def test_an_acronym_in_a_name_is_written_out_by_its_one_meaning() -> None:
    meanings = Meanings()
    for _ in range(3):
        meanings.vote("Method", "QZJ", "quick zonal jumping")
    words = ("qzj", "agent")
    assert meanings.write_out(words, frozenset({"qzj"})) == ("quick", "zonal", "jumping", "agent")
    meanings.vote("Task", "QZJ", "quiet zebra joining")
    meanings.vote("Task", "QZJ", "quiet zebra joining")
    assert meanings.write_out(words, frozenset({"qzj"})) == words
