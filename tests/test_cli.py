"""The command line from outside: what comes on which stream, which exit code, and never a traceback."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg import __version__
from tests.examples import ROOT, example_papers, few_papers, write_papers
from tests.graphs import small_graph

HOSTILE = 'x"<y>/../%20é'
COMMANDS = (
    "build", "extract", "remove", "export", "show", "query", "eval", "formats", "view", "plot", "train",
    "review", "explain", "merge", "split", "broader", "rename", "kind", "drop", "resolve",
)  # fmt: skip


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "TMPDIR", "LANG"}}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"} | more


def kg(
    *words: str | Path, cwd: Path, given: bytes = b"", env: Mapping[str, str] | None = None, code: int = 0
) -> tuple[str, str]:
    """Run `kg`; return standard output and error. The exit code must be ``code``, and there is never a traceback."""
    ended = subprocess.run(
        [sys.executable, "-m", "kg.cli", *map(str, words)],
        cwd=cwd, input=given, capture_output=True, env=environment(**(env or {})), timeout=120, check=False,
    )  # fmt: skip
    out, err = ended.stdout.decode(), ended.stderr.decode()
    assert "Traceback" not in err, err
    assert "nanobind" not in err, err
    assert ended.returncode == code, (ended.returncode, out, err)
    return out, err


def fault(*words: str | Path, cwd: Path, **options: Any) -> str:
    """Run `kg` on what it must refuse: nothing on standard output, one ``kg: ...`` on standard error, exit code 1."""
    out, err = kg(*words, cwd=cwd, code=1, **options)
    assert out == ""
    assert err.startswith("kg: ")
    assert err.endswith("\n")
    return err.removeprefix("kg: ").rstrip("\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small graph in exports/."""
    made = tmp_path_factory.mktemp("cli")
    (made / "exports").mkdir()
    small_graph(made / "exports")
    return made


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_papers(tmp_path_factory.mktemp("papers") / "papers.jsonl", few_papers(6))


# ---- help


def test_help_goes_to_standard_output_and_lists_the_commands(tmp_path: Path) -> None:
    for word in ("--help", "-h"):
        out, err = kg(word, cwd=tmp_path)
        assert err == ""
        assert all(f" {command} " in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_does(tmp_path: Path, command: str) -> None:
    out, err = kg(command, "--help", cwd=tmp_path)
    assert err == ""
    assert "Usage: " in out
    assert out.count("\n") > 5


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import atexit, sys; sys.argv = ['kg', '--help']\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(sorted(m.partition('.')[0] for m in sys.modules))))\n"
        "from kg.cli.main import main; main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
                           env=environment(), check=True)  # fmt: skip
    heavy = {"spacy", "rdflib", "pyvis", "networkx", "duckdb", "numpy", "onnxruntime", "pyoxigraph", "pandas",
             "rapidfuzz", "jinja2", "bibtexparser", "loky", "IPython"}  # fmt: skip
    assert not heavy & set(ended.stderr.split())


def test_the_version_is_told(tmp_path: Path) -> None:
    assert kg("--version", cwd=tmp_path) == (f"kg {__version__}\n", "")


def test_a_shell_can_be_taught_to_complete(tmp_path: Path) -> None:
    out, _ = kg("--show-completion", "bash", cwd=tmp_path)
    assert "complete" in out


@pytest.mark.parametrize(
    "words",
    [("biuld",), ("build",), ("build", "--no-such", "x"), ("show",), ("build", "x", "--workers", "many"), ("query",)],
    ids=" ".join,
)
def test_words_that_are_off_are_told_on_standard_error_with_code_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    out, err = kg(*words, cwd=tmp_path, code=2)
    assert out == ""
    assert "--help" in err or "-h" in err


# ---- asking a graph


def test_show_tells_what_is_known_on_standard_output(folder: Path) -> None:
    out, err = kg("show", "gsm8k", cwd=folder)
    assert err == ""
    assert out.startswith("GSM8K  [Dataset]  3 papers")
    assert "“On GSM8K, PAL outperforms chain-of-thought prompting by 15% absolute in top-1 accuracy.”" in out


def test_show_takes_hostile_names_and_folders_in_any_locale(folder: Path) -> None:
    for env in ({}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}):
        out, err = kg("show", HOSTILE, folder / "exports", cwd=folder, env=env)
        assert "العربية" in out
        assert err == ""


def test_show_as_json_is_json(folder: Path) -> None:
    out, _ = kg("show", "CoT", "--json", cwd=folder)
    assert json.loads(out)["entity"]["name"] == "chain-of-thought prompting"


def test_a_near_miss_is_offered_on_standard_error(folder: Path) -> None:
    assert fault("show", "BRET", cwd=folder) == "show: no entity or paper is called 'BRET'; did you mean 'BERT'?"


def test_a_missing_graph_names_the_command_that_makes_one(tmp_path: Path) -> None:
    for words in (("show", "BERT"), ("export",), ("remove", "x"), ("query", "exports", "ASK {}")):
        said = fault(*words, cwd=tmp_path)
        assert "exports" in said
        assert "kg build" in said or "give" in said, said
        assert "\n" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_graph_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "graph.duckdb").write_bytes(b"not a graph")
    for words in (("show", "BERT"), ("export",), ("remove", "x")):
        assert "move it away and build again" in fault(*words, cwd=tmp_path)
    assert [p.name for p in (tmp_path / "exports").iterdir()] == ["graph.duckdb"]
    assert (tmp_path / "exports" / "graph.duckdb").read_bytes() == b"not a graph"


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json"])
def test_a_query_is_answered_in_each_format(folder: Path, format: str) -> None:
    asked = "SELECT ?title WHERE { ?paper dcterms:title ?title } ORDER BY ?title LIMIT 3"
    out, err = kg("query", "exports", asked, "-f", format, cwd=folder)
    assert err == ""
    assert "An Editorial" in out
    if format == "json":
        assert len(json.loads(out)["results"]["bindings"]) == 3


def test_a_query_comes_from_a_file_or_by_name(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ask.rq").write_text("ASK { ?paper dcterms:title ?title }")
    assert kg("query", "-q", tmp_path / "ask.rq", cwd=folder) == ("yes\n", "")
    out, _ = kg("query", "--list", cwd=tmp_path)
    assert "top-datasets" in out
    out, _ = kg("query", "--name", "top-datasets", "-f", "csv", cwd=folder)
    assert "GSM8K" in out


def test_a_query_that_is_wrong_is_told_with_its_place(folder: Path, tmp_path: Path) -> None:
    assert "1" in fault("query", "exports", "SELECT ?x { ?x a }", cwd=folder)
    assert "top-datasets" in fault("query", "--name", "top-dataset", cwd=folder)
    assert "none.rq" in fault("query", "-q", tmp_path / "none.rq", cwd=folder)
    (tmp_path / "bytes.rq").write_bytes(b"\xff\xfe")
    assert "bytes.rq" in fault("query", "-q", tmp_path / "bytes.rq", cwd=folder)
    fault("query", "exports", "ASK {}", "-f", "pdf", cwd=folder)


def test_two_queries_at_once_are_words_that_are_off(folder: Path) -> None:
    kg("query", "exports", "ASK {}", "--name", "trend", cwd=folder, code=2)


def test_views_are_exported_and_their_paths_told(folder: Path, tmp_path: Path) -> None:
    out, err = kg("export", "--formats", "report, graphml", "-o", tmp_path / "a b", cwd=folder)
    assert err == ""
    assert out.splitlines() == [str(tmp_path / "a b" / "report.md"), str(tmp_path / "a b" / "graph.graphml")]
    assert (tmp_path / "a b" / "report.md").is_file()


def test_an_export_may_be_cut_into_shards(folder: Path, tmp_path: Path) -> None:
    out, _ = kg("export", "--formats", "nt", "--shards", "2", "-o", tmp_path / "out", cwd=folder)
    assert out.splitlines() == [str(tmp_path / "out" / "graph.nt.parts")]
    assert len(list((tmp_path / "out" / "graph.nt.parts").iterdir())) == 2
    assert "export.shards" in fault("export", "--formats", "nt", "--shards", "-1", cwd=folder)


def test_none_exports_nothing(folder: Path, tmp_path: Path) -> None:
    assert kg("export", "--formats", "none", "-o", tmp_path / "out", cwd=folder) == ("", "")
    assert not (tmp_path / "out").exists()


def test_a_build_with_fewer_formats_leaves_no_view_of_the_graph_before(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", few_papers(2))
    kg("build", "papers.jsonl", "--formats", "nt,report", cwd=tmp_path)
    _, err = kg("build", "papers.jsonl", "--formats", "report", cwd=tmp_path)
    assert "Removed" not in err
    assert (tmp_path / "exports" / "graph.nt").exists(), "the graph is the same, so its views still tell the truth"
    write_papers(tmp_path / "papers.jsonl", few_papers(3))
    _, err = kg("build", "papers.jsonl", "--formats", "report", cwd=tmp_path)
    assert "Removed the earlier graph's views: nt; 'kg export exports --formats nt' writes them." in err
    assert sorted(p.name for p in (tmp_path / "exports").iterdir()) == ["graph.duckdb", "report.md"]


def test_an_export_that_cannot_be_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "known: ttl" in fault("export", "--formats", "pdf", cwd=folder)
    assert "give another folder" in fault("export", "--formats", "report", "-o", tmp_path / "file", cwd=folder)
    assert "export.base" in fault("export", "--base", "nonsense", cwd=folder)
    assert "known: mentions" in fault("export", "--with", "all", cwd=folder)


def test_depth_of_the_rdf_is_chosen_when_building_and_when_exporting(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", few_papers(2))
    kg("build", "papers.jsonl", "--formats", "ttl", "--with", "links", cwd=tmp_path)
    built = (tmp_path / "exports" / "graph.ttl").read_text(encoding="utf-8")
    assert " a kg:Claim" in built and " a kg:Mention" not in built and "nif:isString" not in built
    kg("export", "--formats", "ttl", "--with", "mentions,abstracts", cwd=tmp_path)
    deeper = (tmp_path / "exports" / "graph.ttl").read_text(encoding="utf-8")
    assert " a kg:Mention" in deeper and "nif:isString" in deeper
    for command in ("build", "export"):
        out, _ = kg(command, "--help", cwd=tmp_path)
        assert all(part in out for part in ("--with", "mentions", "sentences", "abstracts", "links", "none"))


def test_formats_are_listed(tmp_path: Path) -> None:
    out, err = kg("formats", cwd=tmp_path)
    assert err == ""
    for name in ("bibtex", "ris", "ttl", "graphml", "html"):
        assert f"  {name} " in out


def test_a_reader_that_goes_away_is_no_fault(folder: Path) -> None:
    asked = "SELECT * WHERE { ?s ?p ?o . ?a ?b ?c } LIMIT 40000"
    with subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "query", "exports", asked, "-f", "tsv"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    ) as asking:  # fmt: skip
        assert asking.stdout and asking.stderr
        assert asking.stdout.readline()
        asking.stdout.close()
        assert asking.stderr.read() == b""
    assert asking.returncode == 0


def test_a_disk_that_is_full_is_told_of_standard_output_too(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([sys.executable, "-m", "kg.cli", "show", "BERT"], cwd=folder, stdout=full,
                               stderr=subprocess.PIPE, text=True, env=environment(), check=False)  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.startswith("kg: standard output: No space left on device")
    assert ended.stderr.count("\n") == 1


# ---- settings


def test_a_misspelt_setting_in_kg_toml_is_told_before_anything_is_done(papers: Path, tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text("[link]\nmin_wieght = 3\n[extract]\nworkers = -2\n")
    said = fault("build", papers, cwd=tmp_path)
    assert "unknown setting 'min_wieght' in [link]; known: min_weight" in said
    assert "extract.workers = -2" in said
    assert [p.name for p in tmp_path.iterdir()] == ["kg.toml"]


def test_an_option_out_of_its_range_is_told(papers: Path, tmp_path: Path) -> None:
    assert "extract.workers = -1" in fault("build", papers, "-j", "-1", cwd=tmp_path)
    assert "read.on_error" in fault("build", papers, "--on-error", "ignore", cwd=tmp_path)
    assert "none.toml" in fault("build", papers, "-c", "none.toml", cwd=tmp_path)
    assert "model" in fault("build", papers, "-c", _settings(tmp_path, 'model = "nowhere"'), cwd=tmp_path)


def _settings(folder: Path, line: str) -> Path:
    path = folder / "chosen.toml"
    path.write_text(f"[extract]\n{line}\n")
    return path


# ---- input that is not as it should be


def test_a_missing_input_is_told(tmp_path: Path) -> None:
    for words in (("build",), ("extract",)):
        said = fault(*words, "none.jsonl", cwd=tmp_path)
        assert "none.jsonl" in said
        assert "\n" not in said
    assert "*.bib" in fault("build", "*.bib", cwd=tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b""),
        ("blank.jsonl", b"\n \n"),
        ("bytes.jsonl", bytes(range(256)) * 8),
        ("cut.json.gz", gzip.compress(b'{"title": "T", "abstract": "A"}\n' * 99)[:60]),
        ("half.jsonl", b'{"title": "T", "abstract": "A"}\n{"title": "T", "abst'),
        ("list.json", b"[1, 2, 3]"),
        ("deep.json", b"[" * 100_000),
        ("untitled.jsonl", b'{"id": "1", "year": 2020}\n'),
        ("page.html", b"<html><body>No papers here</body></html>"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_input_that_holds_no_papers_is_told_with_the_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    said = fault("extract", name, cwd=tmp_path)
    assert said.startswith(name)
    assert "\n" not in said


def test_an_empty_folder_and_an_empty_standard_input_are_told(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    assert "papers" in fault("extract", "papers", cwd=tmp_path)
    fault("extract", "-", cwd=tmp_path)


def test_an_output_that_is_a_file_is_told(papers: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "give another folder" in fault("build", papers, "-o", "file", cwd=tmp_path)
    assert "give another place" in fault("extract", papers, "-o", "file/out.jsonl", cwd=tmp_path)
    assert (tmp_path / "file").read_text() == "mine"


# ---- building (with the model)


@pytest.fixture(scope="module")
def built(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    made = tmp_path_factory.mktemp("built")
    out, err = kg("-v", "build", papers, "-o", "ex ports", cwd=made)
    return made / "ex ports", out, err


def test_a_build_tells_what_it_made_and_what_to_type_next(built: tuple[Path, str, str]) -> None:
    output, out, err = built
    assert out == "", "standard output is for data"
    assert "Read 6 records: 6 papers, 6 of them extracted now" in err
    assert "The graph holds 6 papers, " in err
    assert "In ex ports: graph.duckdb, graph.graphml, graph.html, graph.ttl, report.md" in err
    assert err.rstrip().endswith("ex ports/graph.html")
    assert {p.name for p in output.iterdir()} == {"graph.duckdb", "graph.graphml", "graph.html", "graph.ttl",
                                                  "report.md"}  # fmt: skip


def test_verbose_tells_the_seconds_of_each_stage(built: tuple[Path, str, str]) -> None:
    for stage in ("read", "extract", "resolve", "ground", "link", "export"):
        assert f"\n  {stage} " in built[2]


def test_verbose_tells_how_many_blocks_of_names_were_compared_anew(built: tuple[Path, str, str]) -> None:
    assert re.search(r"\n  blocks of names compared anew: (\d+) of \1\n", built[2]), "in a build from nothing, all"


def test_what_is_suggested_can_be_typed_as_it_stands(built: tuple[Path, str, str]) -> None:
    output, _, err = built
    suggested = [line.strip() for line in err.splitlines() if line.startswith("  kg ")]
    assert len(suggested) == 2
    for line in suggested:
        command = f'kg() {{ "{sys.executable}" -m kg.cli "$@"; }}; {line}'
        ended = subprocess.run(["bash", "-c", command], cwd=output.parent, capture_output=True, env=environment(),
                               check=False)  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout


def test_quiet_says_nothing_and_a_second_build_extracts_nothing(papers: Path, built: tuple[Path, str, str]) -> None:
    output = built[0]
    before = (output / "graph.ttl").read_bytes()
    assert kg("-q", "build", papers, "-o", output, cwd=output.parent) == ("", "")
    assert (output / "graph.ttl").read_bytes() == before
    _, err = kg("build", papers, "-o", output, cwd=output.parent)
    assert "6 papers, 0 of them extracted now" in err


def test_extracted_documents_are_json_lines_on_standard_output_or_in_a_file(papers: Path, tmp_path: Path) -> None:
    out, err = kg("extract", papers, cwd=tmp_path)
    assert "Extracted 6 papers" in err
    documents = [json.loads(line) for line in out.splitlines()]
    assert [d["id"] for d in documents] == sorted(p["id"] for p in few_papers(6))
    for document in documents:
        text = f"{document['title']}\n\n{document['abstract']}"
        assert document["mentions"]
        assert all(text[m["start"] : m["end"]] == m["text"] for m in document["mentions"])
    out_of_file, _ = kg("-q", "extract", papers, "-o", "deep/documents.jsonl", cwd=tmp_path)
    assert out_of_file == ""
    assert (tmp_path / "deep" / "documents.jsonl").read_text(encoding="utf-8") == out


def test_standard_input_and_gzip_give_the_same(papers: Path, tmp_path: Path) -> None:
    expected, _ = kg("-q", "extract", papers, cwd=tmp_path)
    (tmp_path / "papers.jsonl.gz").write_bytes(gzip.compress(papers.read_bytes()))
    zipped, _ = kg("-q", "extract", "papers.jsonl.gz", cwd=tmp_path)
    piped, _ = kg("-q", "extract", "-", cwd=tmp_path, given=papers.read_bytes())
    assert _without_sources(zipped) == _without_sources(piped) == _without_sources(expected)


def _without_sources(lines: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in json.loads(line).items() if k != "sources"} for line in lines.splitlines()]


def test_a_bad_record_stops_the_build_with_its_line_or_is_kept_aside_and_fed_back(tmp_path: Path) -> None:
    good, bad, other = few_papers(2)[0], {"id": "b", "abstract": "No title here."}, few_papers(2)[1]
    write_papers(tmp_path / "papers.jsonl", [good, bad, other])
    assert fault("build", "papers.jsonl", cwd=tmp_path).startswith("papers.jsonl:2: ")
    assert not (tmp_path / "exports" / "graph.duckdb").exists()

    _, err = kg("build", "papers.jsonl", "--on-error", "skip", "--formats", "none", cwd=tmp_path)
    assert "skipped 1 record, kept in exports/rejects.jsonl; the reasons stand in rejects.reasons.txt" in err
    assert "Read 2 records" in err
    rejected = next(p for p in (tmp_path / "exports").iterdir() if p.name.startswith("rejects.json"))
    assert json.loads(rejected.read_text()) == bad
    rejected.write_text(rejected.read_text().replace('"abstract"', '"title": "Now it has one", "abstract"'))
    _, err = kg("build", rejected, "--formats", "none", cwd=tmp_path)
    assert "The graph holds 3 papers" in err


def test_two_papers_of_one_id_are_told(tmp_path: Path) -> None:
    one, other = ({"id": "1", "title": title, "abstract": "Text of it."} for title in ("One Thing", "Another Thing"))
    write_papers(tmp_path / "papers.jsonl", [one, other])
    said = fault("build", "papers.jsonl", cwd=tmp_path)
    assert "two different papers have the id '1'" in said
    assert "--on-error skip" in said


def test_hostile_titles_and_ids_go_through_every_view(tmp_path: Path) -> None:
    hostile = [
        {
            "id": HOSTILE,
            "title": '<script>alert(1)</script> "$(touch pwned)" `x` \\',
            "abstract": "We use BERT.\n\n</script>",
        },
        {
            "id": "-rf",
            "title": "\u202eRTL \ud83d\ude00 \x00\x1b[31m red",
            "abstract": "We propose \u0627\u0644\u0639 on GLUE | x.",
        },
        {"id": "3", "title": "T" * 1_000, "abstract": "word " * 2_000},
        {"id": "4", "title": "Nothing but a title", "abstract": "?"},
    ]
    (tmp_path / "papers.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in hostile))
    kg("build", "papers.jsonl", "--formats", "all", cwd=tmp_path)
    out, _ = kg("show", HOSTILE, cwd=tmp_path)
    assert "$(touch pwned)" in out
    out, _ = kg("show", "--", "-rf", cwd=tmp_path)
    assert "\x1b" not in out
    kg("remove", "--", "-rf", HOSTILE, cwd=tmp_path)
    assert not (tmp_path / "pwned").exists()
    for view in (tmp_path / "exports").rglob("*.*"):
        assert view.name == "graph.duckdb" or b"-rf" not in view.read_bytes(), f"{view.name} holds a removed paper"


def test_a_paper_is_removed_by_any_spelling_of_its_id(papers: Path, tmp_path: Path) -> None:
    first = few_papers(6)[0]["id"]
    kg("build", papers, "--formats", "none", cwd=tmp_path)
    assert "nobody: no such paper" in fault("remove", "nobody", cwd=tmp_path)
    _, err = kg("remove", first, cwd=tmp_path)
    assert "The graph holds 5 papers" in err
    assert first.encode() not in (tmp_path / "exports" / "graph.ttl").read_bytes()
    assert "no such paper" in fault("remove", first, cwd=tmp_path)


def test_stopped_by_the_keyboard_it_says_so_ends_with_130_and_goes_on_from_there(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", example_papers())
    with subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "build", "papers.jsonl", "-j", "1", "--formats", "none"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    ) as building:  # fmt: skip
        waiting = tmp_path / "exports" / "graph.duckdb.partial"
        while not waiting.exists() and building.poll() is None:
            time.sleep(0.02)
        time.sleep(1.5)
        building.send_signal(signal.SIGINT)
        out, err = building.communicate(timeout=60)
    assert (building.returncode, out) == (130, "")
    assert err == "kg: stopped; what was extracted is kept, and the same command goes on from there\n"
    assert not (tmp_path / "exports" / "graph.duckdb").exists()
    _, err = kg("build", "papers.jsonl", "--formats", "none", cwd=tmp_path)
    assert "The graph holds 40 papers" in err
    assert [p.name for p in (tmp_path / "exports").iterdir()] == ["graph.duckdb"]
