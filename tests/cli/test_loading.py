"""`kg load` from outside."""

from pathlib import Path

import pytest

from tests.graphs import small_graph
from tests.load.server import PASSWORD, USER, graph_store
from tests.test_cli import fault, kg


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli")
    small_graph(made / "exports")
    return made


def test_a_graph_is_counted_loaded_and_left_where_it_is(folder: Path) -> None:
    secret = {"KG_LOAD_USER": USER, "KG_LOAD_PASSWORD": PASSWORD}
    with graph_store() as server:
        server.auth = "digest MD5"
        words = ("load", "exports", "--to", server.url, "--graph", "https://example.org/g", "--chunk", "100000")
        counted, told = kg(*words, "--dry-run", cwd=folder)
        assert told.startswith("Would load")
        assert "KG_LOAD_USER" in fault(*words, cwd=folder)
        assert server.count("https://example.org/g") == 0
        out, told = kg(*words, cwd=folder, env=secret)
        assert told.startswith("Loaded ")
        assert int(out) == int(counted) == server.count("https://example.org/g")
        out, told = kg(*words, cwd=folder, env=secret)
        assert (int(out), told.startswith("All ")) == (int(counted), True)
        sent = len(server.seen)
        kg(*words, "--replace", cwd=folder, env=secret)
        assert server.methods[sent:][:3] == ["PUT", "PUT", "POST"]


def test_what_is_wrong_is_told(folder: Path, tmp_path: Path) -> None:
    kg("load", "exports", cwd=folder, code=2)
    kg("load", "exports", "--to", "http://localhost/", "--chunk", "0", cwd=folder, code=2)
    assert "KG_LOAD_TOKEN" in fault("load", "exports", "--to", "http://a:b@localhost/", cwd=folder)
    assert "no such graph" in fault("load", "nowhere", "--to", "http://localhost/", cwd=folder)
    assert "no graph" in fault("load", tmp_path, "--to", "http://localhost/", cwd=folder)
    assert "no absolute IRI" in fault("load", "--to", "http://localhost/", "--graph", "<x>", cwd=folder)
