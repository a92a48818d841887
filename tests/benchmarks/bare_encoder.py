"""The floor of `bench_extract`: a program that encodes papers in worker processes, and finds nothing."""

import sys
from itertools import islice
from typing import Any

from loky.process_executor import ProcessPoolExecutor
from threadpoolctl import threadpool_limits

import kg
from kg.extract import _AHEAD, _CHUNK

_loaded: list[Any] = []


def encode(texts: list[str]) -> None:
    """Make the forward passes of some texts, each alone, in one thread; the model is loaded once a process."""
    if not _loaded:
        _loaded.append(kg.load_nlp())
    nlp = _loaded[0]
    encoder = nlp.get_pipe("kg_encoder")
    with threadpool_limits(1):
        for text in texts:
            encoder(nlp.make_doc(text))


def main() -> None:
    """Encode the papers of a file in so many processes: the words of the command line."""
    # By its module's name: what is pickled from `__main__` would have a new list, and load the model, for each chunk.
    from tests.benchmarks.bare_encoder import encode as encode_in_worker

    workers = int(sys.argv[2])
    papers = iter(kg.read_papers(sys.argv[1]))
    executor = ProcessPoolExecutor(max_workers=workers)
    pending: list[Any] = []
    while True:
        while len(pending) < workers * _AHEAD and (chunk := [paper.text for paper in islice(papers, _CHUNK)]):
            pending.append(executor.submit(encode_in_worker, chunk))
        if not pending:
            break
        pending.pop(0).result()
    executor.shutdown(kill_workers=True)


if __name__ == "__main__":
    main()
