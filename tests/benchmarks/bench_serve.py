"""How fast `kg serve` answers several clients at once, while somebody asks what never ends.

    python -m tests.benchmarks.bench_serve exports/ --clients 8 --seconds 60

A server is started on a free port, as the command does it. Each client asks one thing after another, without a pause:
a query that ships, with its parameters set to names of this graph, or the page of a thing, as HTML or as RDF, drawn
from one seed. Meanwhile a cartesian query is sent once a second, each time another, answered or not. **Lost** is
whatever was answered with anything but 200, or not at all; the hostile queries are counted apart and are to be refused.
Times are those of a client, from sending to the last byte. **The machine** tells what 5 ms of work by one more process
took meanwhile, by the clock: how busy the machine was, with this and with all else.
"""

import argparse
import dataclasses
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from kg.config import ExportConfig
from kg.query import NamedQuery, find_queries, to_sparql
from kg.serve.things import to_address

#: Never ends: the graph's triples four times over, each with each.
HOSTILE = "SELECT (COUNT(*) AS ?n%d) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?l) }"
#: Works 5 ms ten times a second, and says how long that took by the clock.
_PROBE = """
import time
while True:
    start, work = time.perf_counter(), time.process_time()
    while time.process_time() - work < 0.005:
        pass
    print(time.perf_counter() - start, flush=True)
    time.sleep(0.1)
"""
#: Names to set parameters to: the most used first. A query whose parameter is none of these keeps its default.
_MOST_USED = (
    "SELECT ?name { { SELECT ?e ?n { { SELECT ?e (COUNT(?p) AS ?n) { ?p kg:uses ?e } GROUP BY ?e }"
    " { SELECT ?e { ?e a %s } } } ORDER BY DESC(?n) LIMIT %d } ?e skos:prefLabel ?name } ORDER BY DESC(?n) ?name"
)
_NAMES = {
    "entity": _MOST_USED % ("skos:Concept", 50),
    "task": _MOST_USED % ("kg:Task", 20),
    "dataset": _MOST_USED % ("kg:Dataset", 20),
    "paper": "SELECT ?name { ?p a fabio:ResearchPaper ; dcterms:title ?name } LIMIT 50",
}
_NAMES["other"] = _NAMES["task"]
#: Things whose pages are asked for, of each kind.
_THINGS = "SELECT ?thing { ?thing a %s } LIMIT 200"
_KINDS = ("fabio:ResearchPaper", "kg:Method", "kg:Dataset", "kg:Task", "kg:Claim", "kg:Mention", "kg:Link")
_FORMS = ("text/html", "text/turtle", "application/ld+json")


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask: what it is counted as, its address, and in which form the answer is wanted."""

    called: str
    target: str
    accept: str


@dataclasses.dataclass(slots=True)
class Tally:
    """What came of the asking, by what was asked."""

    seconds: dict[str, list[float]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    lost: Counter[str] = dataclasses.field(default_factory=Counter)
    hostile: Counter[str] = dataclasses.field(default_factory=Counter)


@contextmanager
def served(folder: Path, index: str, lanes: list[str]) -> Iterator[int]:
    """Run a server; give its port."""
    with tempfile.TemporaryDirectory() as place:
        settings = Path(place) / "kg.toml"
        settings.write_text(f"[query]\nfolder = {json.dumps(index)}\n" if index else "", encoding="utf-8")
        words = [sys.executable, "-m", "kg.cli", "serve", str(folder), "--port", "0", "--config", str(settings)]
        with subprocess.Popen([*words, *lanes], stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if " at http://" in line:
                    break
            else:
                raise SystemExit(said)
            threading.Thread(target=lambda: sys.stderr.write(process.stderr.read()), daemon=True).start()  # type: ignore[union-attr]
            try:
                yield urlsplit(line.partition(" at ")[2].split()[0]).port or 0
            finally:
                process.terminate()
                process.wait(timeout=30)


def _read(connection: http.client.HTTPConnection, ask: Ask) -> tuple[int, bytes]:
    connection.request("GET", ask.target, headers={"Accept": ask.accept})
    answer = connection.getresponse()
    return answer.status, answer.read()


def _query(called: str, sparql: str) -> Ask:
    return Ask(called, "/sparql?" + urlencode({"query": sparql}), "application/sparql-results+json")


def _rows(port: int, sparql: str) -> list[str]:
    """Return the first column of a query's results."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    status, body = _read(connection, _query("", sparql))
    connection.close()
    if status != 200:
        raise SystemExit(f"{sparql}: {body.decode()}")
    found = json.loads(body)
    name = found["head"]["vars"][0]
    return [row[name]["value"] for row in found["results"]["bindings"]]


def _set(named: NamedQuery, known: dict[str, list[str]], drawn: random.Random) -> str:
    return to_sparql(named, {name: drawn.choice(known[name]) for name in named.parameters if known.get(name)})


def asks(port: int, seed: int, skipped: set[str]) -> list[Ask]:
    """Return what can be asked of a graph: some thousand queries and pages, in an order of the seed's."""
    drawn = random.Random(seed)
    queries = [named for named in find_queries().values() if named.name not in skipped and "all" not in skipped]
    wanted = {parameter for named in queries for parameter in named.parameters}
    known = {name: _rows(port, sparql) for name, sparql in _NAMES.items() if name in wanted}
    base = ExportConfig().base
    things = [thing for kind in _KINDS for thing in _rows(port, _THINGS % kind)]
    times = 1 + 1000 // max(1, len(queries))
    found = [_query(named.name, _set(named, known, drawn)) for named in queries for _ in range(times)]
    found += [Ask(f"page, {form}", to_address(drawn.choice(things), base), form) for form in _FORMS for _ in range(300)]
    found += [Ask("page to ask on", "/", "text/html")] * 20
    drawn.shuffle(found)
    return found


def _client(port: int, asked: list[Ask], until: float, tally: Tally) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(sys.maxsize):
        if time.monotonic() >= until:
            break
        ask = asked[number % len(asked)]
        start = time.perf_counter()
        try:
            status, body = _read(connection, ask)
            if status != 200:
                tally.lost[f"{ask.called}: {status} {body[:80].decode('utf-8', 'replace').strip()}"] += 1
                continue
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            tally.lost[f"{ask.called}: {type(error).__name__}"] += 1
            continue
        tally.seconds[ask.called].append(time.perf_counter() - start)
    connection.close()


def _attack(port: int, number: int, tally: Tally) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        status, _ = _read(connection, _query("", HOSTILE % number))
        tally.hostile[str(status)] += 1
    except (OSError, http.client.HTTPException) as error:
        tally.hostile[type(error).__name__] += 1
    finally:
        connection.close()


def measure(port: int, *, clients: int, seconds: float, seed: int, skipped: set[str], every: float) -> Tally:
    """Ask for some seconds; return what came of it."""
    asked, tally = asks(port, seed, skipped), Tally()
    until = time.monotonic() + seconds
    threads = []
    for number in range(clients):
        mine = random.Random(seed + 1 + number).sample(asked, len(asked))
        threads.append(threading.Thread(target=_client, args=(port, mine, until, tally)))
    for thread in threads:
        thread.start()
    for number in range(round(seconds / every) if every else 0):
        threading.Thread(target=_attack, args=(port, number, tally), daemon=True).start()
        time.sleep(every)
    for thread in threads:
        thread.join()
    return tally


def _show(called: str, times: list[float]) -> None:
    parts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else [times[0]] * 99
    sys.stdout.write(
        f"{called:<28}{len(times):>7}{parts[49]:>9.3f}{parts[94]:>9.3f}{parts[98]:>9.3f}{max(times):>9.3f}\n"
    )


def main() -> None:
    """Measure, and print a row a kind of thing asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder that kg build wrote")
    parser.add_argument("--index", default="", help="where the index of a large graph lies or goes")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--hostile", type=float, default=1.0, help="seconds between hostile queries; 0: none")
    parser.add_argument("--skip", nargs="*", default=[], help="shipped queries that are left out, or 'all'")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--option", nargs="*", default=[], help="more words for kg serve, without their dashes")
    chosen = parser.parse_args()
    options = [f"--{word}" for word in chosen.option]
    with served(chosen.folder, chosen.index, options) as port:
        with subprocess.Popen([sys.executable, "-c", _PROBE], stdout=subprocess.PIPE, text=True) as probe:
            tally = measure(port, clients=chosen.clients, seconds=chosen.seconds, seed=chosen.seed,
                            skipped=set(chosen.skip), every=chosen.hostile)  # fmt: skip
            probe.terminate()
            assert probe.stdout is not None
            busy = [float(line) for line in probe.stdout if line.endswith("\n")]
        metrics = _read(http.client.HTTPConnection("127.0.0.1", port), Ask("", "/metrics", "*/*"))[1].decode()
    sys.stdout.write(f"{'asked':<28}{'times':>7}{'p50, s':>9}{'p95, s':>9}{'p99, s':>9}{'most, s':>9}\n")
    for called in sorted(tally.seconds):
        _show(called, tally.seconds[called])
    everything = [one for times in tally.seconds.values() for one in times]
    _show("all", everything)
    _show("the machine", busy)
    lost = sum(tally.lost.values())
    rate = len(everything) / chosen.seconds
    sys.stdout.write(f"\nlost: {lost} of {lost + len(everything)}; {rate:.0f} answers a second\n")
    for told, count in tally.lost.most_common():
        sys.stdout.write(f"  {count} x {told}\n")
    sys.stdout.write(f"hostile, by status: {dict(sorted(tally.hostile.items()))}\n")
    for line in metrics.splitlines():
        if line.startswith(("kg_serve_refused", "kg_serve_timed", "kg_serve_ended", "kg_serve_workers")):
            sys.stdout.write(f"  {line}\n")


if __name__ == "__main__":
    main()
