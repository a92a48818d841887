"""The example's papers, whole and cut small, for tests that run the real model on them."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def example_papers() -> list[dict[str, Any]]:
    """Return the records of examples/papers.jsonl."""
    return [json.loads(line) for line in (EXAMPLES / "papers.jsonl").read_text(encoding="utf-8").splitlines()]


def few_papers(count: int = 12) -> list[dict[str, Any]]:
    """Return every third paper of the example: enough to share entities, few enough to be extracted in a second."""
    return example_papers()[::3][:count]


def tiny_papers() -> list[dict[str, Any]]:
    """Return a paper for each of the first two sentences of the example's: enough of them for several processes."""
    found = []
    for paper in example_papers():
        for number, sentence in enumerate(paper["abstract"].split(". ")[:2]):
            found.append(
                {"id": f"{paper['id']}-{number}", "title": sentence[:60], "abstract": sentence.rstrip(".") + "."}
            )
    return found


def write_papers(path: Path, papers: list[dict[str, Any]]) -> Path:
    """Write records as JSON lines; return the path."""
    path.write_text("".join(json.dumps(paper, ensure_ascii=False) + "\n" for paper in papers), encoding="utf-8")
    return path
