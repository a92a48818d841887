"""The server asks what ships itself, in the background, so that those answers are kept before anybody asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from kg.serve.answers import Refusal
from kg.serve.costs import to_key
from kg.serve.kept import Frame, Kept
from kg.serve.lasting import Lasting


async def rehearse(
    questions: Iterable[dict[str, Any]],
    ask: Callable[[dict[str, Any]], AsyncIterator[Frame]],
    kept: Kept,
    lasting: Lasting,
) -> None:
    """Keep the answers to some questions: first those that lie beside the index, then all others, one after another.

    Args:
        questions: all end.
        ask: answers one, and keeps what is worth it.
        kept: where answers are kept.
        lasting: where they outlast the server.
    """
    missing = []
    for question in questions:
        key = to_key(question)
        if frames := await asyncio.to_thread(lasting.read, key):
            kept.keep(key, kept.gather(frames))
        else:
            missing.append((key, question))
    for key, question in missing:
        # One that is refused is asked by whoever wants it.
        with contextlib.suppress(Refusal, ConnectionAbortedError):
            async for _ in ask(question):
                pass
            if frames := kept.find(key):
                await asyncio.to_thread(lasting.write, key, frames)
