"""Pages: what is said of every IRI, in each form; hostile text; who may ask; health and metrics."""

import html.parser
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest

from kg.config import ExportConfig
from kg.rdf import write_rdf
from kg.serve.things import to_address
from kg.store import Store
from kg.vocab import PREFIXES
from tests.graphs import small_graph
from tests.serve.servers import Server, running

BASE = ExportConfig().base
KINDS = {"turtle": "text/turtle", "ntriples": "application/n-triples", "rdfxml": "application/rdf+xml",
         "jsonld": "application/ld+json"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = small_graph(tmp_path_factory.mktemp("pages")).parent
    with Store(found / "graph.duckdb", read_only=True) as store:
        write_rdf(store, found / "graph.nt", format="nt")
    (found / "graph.html").write_text("<!doctype html><title>The view</title>", encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with running(folder) as found:
        yield found


@pytest.fixture(scope="module")
def triples(folder: Path) -> list[pyoxigraph.Triple]:
    format = pyoxigraph.RdfFormat.N_TRIPLES
    return [quad.triple for quad in pyoxigraph.parse(path=str(folder / "graph.nt"), format=format)]


class Tags(html.parser.HTMLParser):
    """The elements of a page and where its links go."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name == "href"]


def iris(triples: list[pyoxigraph.Triple]) -> list[str]:
    terms = [term for triple in triples for term in (triple.subject, triple.object)]
    return sorted({term.value for term in terms if isinstance(term, pyoxigraph.NamedNode)})


def test_every_iri_of_the_graph_has_its_page_and_its_triples(server: Server, triples: list[pyoxigraph.Triple]) -> None:
    # One of each kind of path, and all that are unlike others.
    kinds = {re.sub(r"[0-9a-f]{6,}|\d+", "N", iri): iri for iri in iris(triples)}
    assert len(kinds) > 50
    for iri in kinds.values():
        address = to_address(iri, BASE)
        page = server.ask(address, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
        assert (page.status, page.type) == (200, "text/html"), (address, page.text)
        assert Tags(page.text).found.isdisjoint({"script", "img", "iframe", "style"})
        glue = "&" if "?" in address else "?"
        reply = server.ask(f"{address}{glue}format=ntriples")
        said = {quad.triple for quad in pyoxigraph.parse(input=reply.body, format=pyoxigraph.RdfFormat.N_TRIPLES)}
        subject = pyoxigraph.NamedNode(iri)
        expected = {triple for triple in triples if triple.subject == subject}
        assert {triple for triple in said if triple.subject == subject} == expected


@pytest.mark.parametrize("form", KINDS)
def test_a_thing_comes_in_each_form_by_header_and_by_name(server: Server, form: str) -> None:
    address = "/paper/arxiv:1810.04805"
    by_name = server.ask(f"{address}?format={form}")
    by_header = server.ask(address, Accept=KINDS[form])
    assert by_name.status == by_header.status == 200
    assert by_name.type == by_header.type == KINDS[form] and by_name.body == by_header.body
    format = pyoxigraph.RdfFormat.from_media_type(KINDS[form])
    subjects = {quad.subject.value for quad in pyoxigraph.parse(input=by_name.body, format=format)}
    assert BASE + "paper/arxiv:1810.04805" in subjects


def test_every_link_of_a_page_leads_somewhere(server: Server) -> None:
    page = server.ask("/paper/arxiv:1810.04805", Accept="text/html").text
    links = [link for link in Tags(page).links if link.startswith("/")]
    assert len(links) > 20
    for link in sorted(set(links)):
        assert server.ask(link, Accept="text/html").status == 200, link


def test_a_thing_without_a_name_is_called_by_what_it_says(tmp_path: Path) -> None:
    rdf, kg, nif = (PREFIXES[prefix] for prefix in ("rdf", "kg", "nif"))
    lines = [
        f'<{BASE}entity/a> <{PREFIXES["skos"]}prefLabel> "A & <b>" .',
        f"<{BASE}claim/1> <{rdf}subject> <{BASE}entity/a> .",
        f"<{BASE}claim/1> <{rdf}predicate> <{kg}outperforms> .",
        f"<{BASE}claim/2> <{rdf}subject> <{BASE}claim/2> .",
        f"<{BASE}claim/2> <{rdf}predicate> <{kg}outperforms> .",
        f"<{BASE}claim/2> <{rdf}object> <{BASE}claim/1> .",
        f'<{BASE}paper/x/mention/0-3> <{nif}anchorOf> "{"word " * 50}" .',
        f"<{BASE}link/1> <{kg}linkSource> <{BASE}entity/a> .",
        f"<{BASE}link/1> <{kg}linkTarget> <{BASE}claim/1> .",
    ]
    (tmp_path / "graph.nt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with running(tmp_path) as server:
        named = {
            "claim/1": "A &amp; &lt;b&gt; kg:outperforms …",
            "claim/2": "claim/2 kg:outperforms claim/1",
            "paper/x/mention/0-3": "“" + "word " * 31 + "…”",
            "link/1": "A &amp; &lt;b&gt; — claim/1",
        }
        for address, name in named.items():
            assert f'<h1 dir="auto">{name}</h1>' in server.ask(f"/{address}", Accept="text/html").text


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    nasty = '</title><script>alert(1)</script><img src=x onerror=alert(2)>\\u202E\\"&amp;'
    lines = [
        f'<{BASE}entity/x> {label} "{nasty}" .',
        f"<{BASE}entity/x> <http://p.example/#'onclick=alert(1)> <javascript:alert(1)> .",
        f"<{BASE}entity/x> <http://p.example/{{}}> <http://o.example/?a=1&b='c'> .".replace("{}", ""),
        f'<{BASE}entity/caf\u00e9%20a> {label} "x"@en-GB .',
    ]
    (tmp_path / "graph.nt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with running(tmp_path) as server:
        page = server.ask("/entity/x", Accept="text/html")
        assert page.status == 200
        found = Tags(page.text)
        assert found.found.isdisjoint({"script", "img"}) and "&lt;script&gt;" in page.text
        assert not [link for link in found.links if link.startswith("javascript:")]
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert server.ask("/entity/caf%C3%A9%20a", Accept="text/html").status == 200


def test_an_iri_that_is_written_percent_encoded_keeps_its_encoding(tmp_path: Path) -> None:
    both = [f'<{BASE}x/{name}> <http://p.example/> "{name}" .\n' for name in ("caf%C3%A9", "caf\u00e9", "na\u00efve")]
    (tmp_path / "graph.nt").write_text("".join(both), encoding="utf-8")
    with running(tmp_path) as server:
        for address, line in (
            ("/x/caf%C3%A9", 0),
            ("/x/na%C3%AFve", 2),
            ("/resource?iri=" + quote(f"{BASE}x/café"), 1),
        ):
            assert server.ask(address, Accept="application/n-triples").text == both[line]
        assert server.ask("/x/%C2%80", Accept="text/html").status == 404


@pytest.mark.parametrize(
    "address", ["/nothing", "/resource", "/resource?iri=", "/resource?iri=%00", "/..%2f..%2fetc/passwd", "/page/app.py",
                "/page/..%2fapp.py", "/%FF", "/entity/<x>", "/resource?iri=file:///etc/passwd"]
)  # fmt: skip
def test_what_is_not_there_is_404(server: Server, address: str) -> None:
    for accept in ("text/html", "text/turtle"):
        reply = server.ask(address, Accept=accept)
        assert reply.status in (400, 404), (address, reply.text)
        assert reply.type == "text/plain"


def test_nothing_is_written_to(server: Server) -> None:
    for address in ("/", "/view", "/health", "/metrics", "/paper/arxiv:1810.04805", "/resource?iri=http://a.example/"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            reply = server.ask(address, method, "x")
            assert reply.status == 405 and "GET" in reply.headers["allow"], (address, method)


def test_the_view_is_shown_and_its_want_is_told(server: Server, tmp_path: Path) -> None:
    view = server.ask("/view")
    assert (view.status, view.type) == (200, "text/html") and "The view" in view.text
    assert "connect-src" not in view.headers["content-security-policy"]
    (tmp_path / "graph.nt").write_text("", encoding="utf-8")
    with running(tmp_path) as empty:
        assert "kg export" in empty.ask("/view").text and empty.ask("/view").status == 404
        assert empty.query("SELECT ?s ?p ?o { ?s ?p ?o }", "text/csv").text.split() == ["s,p,o"]


def test_health_and_metrics_are_told(server: Server) -> None:
    assert server.ask("/health").text == '{"status":"ok"}'
    server.query("ASK {}")
    reply = server.ask("/metrics")
    assert reply.type == "text/plain" and "version=0.0.4" in reply.headers["content-type"]
    for line in reply.text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? [0-9.]+', line), line
    assert 'kg_serve_answers_total{status="200"}' in reply.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "127.0.0.1.nip.example",
                                  "localhost@evil.example", "", "a b", "kg.lab.evil.example"])  # fmt: skip
def test_a_foreign_name_is_refused(server: Server, host: str) -> None:
    for address in ("/", "/sparql?query=ASK%7B%7D", "/health", "/paper/arxiv:1810.04805"):
        assert server.ask(address, Host=host).status == 421


def test_names_of_its_own_are_answered(server: Server, tmp_path: Path) -> None:
    for host in ("localhost", f"localhost:{server.port}", "127.0.0.1:1", "[::1]", "LOCALHOST"):
        assert server.ask("/health", Host=host).status == 200
    (tmp_path / "graph.nt").write_text("", encoding="utf-8")
    with running(tmp_path, options='{"hosts": ["KG.lab"], "origins": ["https://lab.example"]}') as named:
        assert named.ask("/health", Host="kg.LAB:80").status == 200
        reply = named.ask("/health", Origin="https://lab.example")
        assert reply.headers["access-control-allow-origin"] == "https://lab.example"


def test_pages_of_this_machine_may_read_and_others_may_not(server: Server) -> None:
    for origin in ("http://localhost:8888", "http://127.0.0.1:3000", "http://[::1]:1"):
        reply = server.ask("/sparql?query=ASK%7B%7D", Origin=origin)
        assert reply.headers["access-control-allow-origin"] == origin and "Origin" in reply.headers["vary"]
        ahead = server.ask("/sparql", "OPTIONS", Origin=origin, Access_Control_Request_Method="GET")
        assert ahead.status == 204 and ahead.headers["access-control-allow-methods"] == "GET, HEAD"
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", "http://10.0.0.1"):
        assert "access-control-allow-origin" not in server.ask("/health", Origin=origin).headers


def test_every_answer_protects_its_reader(server: Server) -> None:
    for address in ("/", "/page/page.js", "/sparql", "/nothing", "/health", "/sparql?query=X"):
        headers = server.ask(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")


def test_the_page_names_nothing_elsewhere(server: Server) -> None:
    for part in ("/", "/page/page.js", "/page/page.css"):
        text = server.ask(part).text
        assert not re.search(r"https?://|//cdn|@import|url\(", text), part
    known = server.ask("/page/known.json").text
    assert '"kg:uses"' in known and '"top-datasets"' in known
