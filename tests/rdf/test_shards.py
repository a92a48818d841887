"""Compressed parts hold every line of the plain file, once, and are the same bytes each time."""

import gzip
from pathlib import Path

import pytest

from kg.config import ExportConfig
from kg.export import export_graph, find_written, remove_views
from kg.rdf import write_rdf
from kg.store import Store
from tests.graphs import small_graph


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("name", ["nt", "nq"])
def test_the_parts_are_the_file(tmp_path: Path, name: str, shards: int) -> None:
    with Store(small_graph(tmp_path), read_only=True) as store:
        write_rdf(store, tmp_path / "plain", format=name)
        for made in ("one", "two"):
            write_rdf(store, tmp_path / made, format=name, config=ExportConfig(shards=shards))
    parts = sorted((tmp_path / "one").iterdir())
    assert [part.name for part in parts] == [f"part-{at:04}.{name}.gz" for at in range(1, shards + 1)]
    lines = [line for part in parts for line in gzip.decompress(part.read_bytes()).decode().split("\n") if line]
    plain = (tmp_path / "plain").read_text(encoding="utf-8").split("\n")[:-1]
    assert sorted(lines) == sorted(plain)
    assert all(part.read_bytes() == (tmp_path / "two" / part.name).read_bytes() for part in parts)
    assert all(part.read_bytes()[3:8] == bytes(5) for part in parts), "no name, no time"


def test_shards_lie_in_a_folder_of_their_own_and_go_with_the_graph_that_they_tell_of(tmp_path: Path) -> None:
    with Store(small_graph(tmp_path), read_only=True) as store:
        path = export_graph(store, tmp_path, format="nq", config=ExportConfig(shards=2))
        assert path == tmp_path / "graph.nq.parts"
        ttl = export_graph(store, tmp_path, format="ttl", config=ExportConfig(shards=2))
        assert ttl.is_file()
    assert find_written(tmp_path) == ["ttl", "nq"]
    assert remove_views(tmp_path, but=["ttl"]) == ["nq"]
    assert not path.exists()
