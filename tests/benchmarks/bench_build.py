"""Measure `kg build` as a whole command: seconds, papers per second, memory, seconds a stage, and against floors.

    python -m tests.benchmarks.bench_build PAPERS --sizes 1000 10000

Two floors are measured in the same run, on the same papers: reading the file and parsing its JSON, which is the least
that any program does, and the bare encoder's forward passes, which is the least that this model allows.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

import kg
from kg.config import ExtractConfig
from kg.extract import model_version
from kg.records import to_plain

STAGES = ("read", "extract", "resolve", "ground", "link", "export")
#: Papers that the encoder's floor is measured on: enough for a mean within some percent, done in well under a minute.
FLOOR_SAMPLE = 200
#: Seconds between two looks at the memory of the processes.
LOOK = 0.25

_PARSE = "import json, sys\nfor line in open(sys.argv[1], encoding='utf-8'): json.loads(line)"
_ENCODE = """
import sys, time
import kg
nlp = kg.load_nlp()
encode = nlp.get_pipe("kg_encoder")
texts = [paper.text for paper in kg.read_papers(sys.argv[1])]
step = max(1, len(texts) // int(sys.argv[2]))
docs = [nlp.make_doc(text) for text in texts[::step]]
encode(docs[0])
start = time.perf_counter()
for doc in docs:
    encode(doc)
print((time.perf_counter() - start) / len(docs))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One command: seconds by the wall's clock, peak megabytes (of all its processes, of its largest), and stages."""

    seconds: float
    together: float
    largest: float
    stages: dict[str, float]


def _processes(root: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield root
    try:
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _processes(int(child))
    except OSError:
        return


def _memory(root: int) -> float:
    """Return the megabytes that a process and its descendants hold; shared pages are counted once, among them."""
    total = 0
    for process in _processes(root):
        try:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024


def measure(command: Sequence[str], folder: Path) -> Measured:
    """Run a command to its end."""
    peak, ended = 0.0, threading.Event()
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=said)

        def look() -> None:
            nonlocal peak
            while not ended.wait(LOOK):
                peak = max(peak, _memory(process.pid))

        watcher = threading.Thread(target=look)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
        said.seek(0)
        text = said.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
    stages = {name: float(passed) for name, passed in re.findall(r"^  (\w+)\s+([\d.]+) s$", text, re.MULTILINE)}
    largest = usage.ru_maxrss / 1024
    return Measured(seconds=seconds, together=max(peak, largest), largest=largest, stages=stages)


def write_some(papers: Path, count: int | None, path: Path) -> int:
    """Write the first papers of a file of any format as JSON lines; return how many there were."""
    written = 0
    with path.open("w", encoding="utf-8") as lines:
        for paper in islice(kg.read_papers(papers, on_error="skip"), count):
            plain = {key: value for key, value in to_plain(paper).items() if value and key not in ("ids", "sources")}
            lines.write(json.dumps(plain, ensure_ascii=False) + "\n")
            written += 1
    return written


def floors(path: Path, runs: int) -> tuple[float, float]:
    """Return the seconds that reading and parsing the file takes, and those that one paper's forward pass takes."""
    parsing = [measure([sys.executable, "-c", _PARSE, str(path)], path.parent).seconds for _ in range(runs)]
    encoding = subprocess.run(
        [sys.executable, "-c", _ENCODE, str(path), str(FLOOR_SAMPLE)], capture_output=True, text=True, check=True
    )
    return median(parsing), float(encoding.stdout)


def bench(papers: Path, count: int | None, runs: int, workers: int, formats: str) -> list[str]:
    """Measure the command on the first ``count`` papers; return the cells of its row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers.jsonl"
        number = write_some(papers, count, path)
        parsing, encoding = floors(path, runs)
        command = [sys.executable, "-m", "kg.cli", "-v", "build", str(path), "-j", str(workers), "--formats", formats]
        command += ["--on-error", "skip", "-o"]
        found = [measure([*command, str(Path(folder) / f"out{run}")], path.parent) for run in range(runs)]
        again = measure([*command, str(Path(folder) / "out0")], path.parent)
    seconds = median(one.seconds for one in found)
    stages = {name: median(one.stages.get(name, 0.0) for one in found) for name in STAGES}
    least = number * encoding / workers
    return [
        f"{number:,}",
        f"{seconds:.1f} ({min(one.seconds for one in found):.1f} to {max(one.seconds for one in found):.1f})",
        f"{number / seconds:.1f}",
        f"{max(one.together for one in found):,.0f}",
        f"{max(one.largest for one in found):,.0f}",
        *(f"{passed:.1f}" for passed in stages.values()),
        f"{seconds - sum(stages.values()):.1f}",
        f"{again.seconds:.1f}",
        f"{seconds / parsing:,.0f}",
        f"{seconds / least:.2f}",
    ]


HEAD = (
    "papers", "seconds (least to most)", "papers/s", "MB, all processes", "MB, the largest",
    *STAGES, "rest", "again, nothing new", "x parsing the JSON", "x the encoder alone",
)  # fmt: skip


def machine() -> str:
    """Return what the figures were measured on."""
    try:
        cpu = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        cpu = None
    name = cpu[1] if cpu else platform.processor() or platform.machine()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{name}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}"


def main() -> None:
    """Measure and print a Markdown table, a row a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("papers", type=Path, help="a file of papers in any format that kg reads")
    parser.add_argument("--sizes", nargs="+", default=["1000"], help="how many of its papers; 'all' for all")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median is shown")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that extract")
    parser.add_argument("--formats", default="ttl,graphml,html,report", help="views to write")
    given = parser.parse_args()
    lines = [
        f"kg {kg.__version__}, model {model_version(ExtractConfig())}, {given.workers} workers, "
        f"{given.runs} runs each; {machine()}",
        "",
        f"| {' | '.join(HEAD)} |",
        "|" + " ---: |" * len(HEAD),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    for size in given.sizes:
        cells = bench(given.papers, None if size == "all" else int(size), given.runs, given.workers, given.formats)
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
