"""Settings: what is not said is the default, what is wrong is told, all of it at once."""

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kg.config import Config, ExportConfig, ExtractConfig, LinkConfig, check_config, load_config, to_config
from kg.errors import ConfigError, KGError
from kg.records import hints_of

EXAMPLE = Path(__file__).parents[1] / "examples" / "kg.toml"


def faults_of(tables: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as told:
        to_config(tables, where="kg.toml")
    return str(told.value).split("\n")


def test_no_file_means_the_defaults() -> None:
    assert load_config(None) == Config()


def test_the_example_holds_every_setting_with_its_default() -> None:
    assert load_config(EXAMPLE) == Config()
    text = EXAMPLE.read_text(encoding="utf-8")
    told = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE))
    assert list(told) == list(hints_of(Config))
    for section, cls in hints_of(Config).items():
        assert sorted(told[section]) == sorted(hints_of(cls)), section
        for key, value in told[section].items():
            default = getattr(getattr(Config(), section), key)
            shown = tuple(value) if isinstance(value, list) else value
            assert default is None or shown == default, f"{section}.{key}"


def test_settings_are_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "kg.toml"
    path.write_text('[extract]\nworkers = 2\nentity_threshold = 1\n[export]\nformats = ["ttl"]\n', encoding="utf-8")
    config = load_config(path)
    assert config.extract == ExtractConfig(workers=2, entity_threshold=1.0)
    assert config.export == ExportConfig(formats=("ttl",))
    assert config.link == LinkConfig()


def test_all_faults_are_told_at_once() -> None:
    faults = faults_of(
        {
            "red": {"on_error": "skip"},
            "extract": {"worker": 1, "workers": -1, "entity_threshold": 1.5},
            "link": {"min_weight": "much"},
            "export": {"depth": ["mentions", "everything"]},
            "read": {"on_error": "ignore"},
            "resolve": 3,
        }
    )
    assert len(faults) == 8
    assert all(fault.startswith("kg.toml: ") for fault in faults)


def test_a_misspelt_section_or_setting_lists_the_known_ones() -> None:
    [section] = faults_of({"exports": {}})
    assert "[exports]" in section
    assert "read, extract, resolve, link, export" in section
    [setting] = faults_of({"link": {"min_weights": 3}})
    assert "'min_weights'" in setting
    assert "min_weight, neighbours, hub_share, hub_least" in setting


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        ("extract", "workers", 1.5, "wants int"),
        ("extract", "workers", True, "wants int"),
        ("extract", "workers", 2000, "wants 0..1024"),
        ("extract", "model", 3, "wants str"),
        ("extract", "claim_threshold", -0.1, "wants 0..1"),
        ("extract", "claim_threshold", float("nan"), "wants 0..1"),
        ("extract", "claim_threshold", "half", "wants a number"),
        ("extract", "claim_threshold", False, "wants a number"),
        ("resolve", "threshold", 90, "wants 0..1"),
        ("resolve", "neighbours", 0, "wants 1..1000"),
        ("resolve", "vocabulary", "a.tsv", "a list of strings"),
        ("resolve", "vocabulary", [1], "a list of strings"),
        ("link", "min_weight", -1, "wants 0..1000"),
        ("link", "min_weight", float("inf"), "wants 0..1000"),
        ("link", "hub_least", -1, "wants 0"),
        ("export", "depth", ["links", "links", "all"], "known: mentions, sentences, abstracts, links"),
        ("read", "on_error", "warn", "known: raise, skip"),
    ],
)
def test_a_value_of_a_wrong_type_or_range_says_what_is_wanted(section: str, key: str, value: Any, told: str) -> None:
    [fault] = faults_of({section: {key: value}})
    assert f"{section}.{key}" in fault
    assert told in fault


@pytest.mark.parametrize(
    "base", ["", "not an iri", "id/", "https://example.org/<id>/", "https://example.org/a b/", 'https://e.org/"/']
)
def test_a_base_that_is_no_absolute_iri_is_refused(base: str) -> None:
    [fault] = faults_of({"export": {"base": base}})
    assert "export.base" in fault


def test_settings_that_did_not_come_from_a_file_are_checked_alike() -> None:
    check_config(Config())
    check_config(Config(extract=ExtractConfig(entity_threshold=0.5)))
    with pytest.raises(ConfigError, match=r"command line: extract\.workers = -1"):
        check_config(Config(extract=ExtractConfig(workers=-1)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[link\n", "not TOML"),
        (b"\xff\xfe\x00", "not TOML"),
        (b"a = 1\na = 2\n", "not TOML"),
        (b"on_error = 'skip'\n", "on_error"),
        (b"link = 3\n", "not a table"),
        (b"[[link]]\nmin_weight = 1\n", "not a table"),
    ],
)
def test_a_file_that_is_not_settings_is_refused_by_name(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "kg.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(str(path))) as error:
        load_config(path)
    assert told in str(error.value)


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigError, match="give an existing file"):
            load_config(path)


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "kg.toml"
    path.write_text("# nothing\n", encoding="utf-8")
    assert load_config(path) == Config()


def test_the_digest_changes_with_what_changes_the_graph_alone() -> None:
    plain = Config()
    assert len(plain.digest) == 12
    assert dataclasses.replace(plain, extract=ExtractConfig(workers=7)).digest == plain.digest
    assert dataclasses.replace(plain, export=ExportConfig(formats=("ttl",))).digest == plain.digest
    assert dataclasses.replace(plain, extract=ExtractConfig(entity_threshold=0.4)).digest != plain.digest
    assert dataclasses.replace(plain, link=LinkConfig(min_weight=2.0)).digest != plain.digest


def test_a_configuration_error_is_a_value_error_and_ours() -> None:
    assert issubclass(ConfigError, ValueError)
    assert issubclass(ConfigError, KGError)
