"""The server asks what ships itself, in the background, so that those answers are kept before anybody asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from kg.serve.answers import Refusal
from kg.serve.costs import to_key
from kg.serve.kept import Frame, Kept
from kg.serve.lasting import Lasting


async def recall(questions: Iterable[dict[str, Any]], kept: Kept, lasting: Lasting) -> list[dict[str, Any]]:
    """Keep the answers that lie beside the index; return the questions of which none does."""
    missing = []
    for question in questions:
        key = to_key(question)
        if frames := await asyncio.to_thread(lasting.read, key):
            kept.keep(key, kept.gather(frames))
        else:
            missing.append(question)
    return missing


async def rehearse(
    questions: Iterable[dict[str, Any]],
    ask: Callable[[dict[str, Any]], AsyncIterator[Frame]],
    kept: Kept,
    lasting: Lasting,
) -> None:
    """Ask some questions one after another, and let those answers that are kept outlast the server.

    Args:
        questions: all end.
        ask: answers one, and keeps what is worth it.
        kept: where answers are kept.
        lasting: where they outlast the server.
    """
    for question in questions:
        # One that is refused is asked by whoever wants it.
        with contextlib.suppress(Refusal, ConnectionAbortedError):
            async for _ in ask(question):
                pass
            key = to_key(question)
            if frames := kept.find(key):
                await asyncio.to_thread(lasting.write, key, frames)
