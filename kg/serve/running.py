"""Runs the server until Ctrl-C."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kg.config import ExportConfig, QueryConfig
from kg.errors import ConfigError, StoreError
from kg.serve.limits import Limits


def _import_server() -> Any:
    try:
        import starlette  # noqa: F401 - only whether it is there
        import uvicorn
    except ImportError as error:
        raise ConfigError(f"kg serve: {error}; install it with: pip install 'abstract-kg[serve]'") from error
    if not hasattr(socket, "send_fds"):
        raise ConfigError("kg serve: needs a system that forks (Linux, macOS, WSL); 'kg query' asks without a server")
    return uvicorn


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        told = getattr(error, "strerror", None) or error
        raise StoreError(
            f"{host}:{port}: cannot listen: {told}; give another --port or --host (0: any port)"
        ) from error


def serve(
    path: Path | str = "exports",
    *,
    host: str = "127.0.0.1",
    port: int = 7878,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    limits: Limits | None = None,
    config: ExportConfig | None = None,
    asking: QueryConfig | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a graph over HTTP until Ctrl-C (SIGINT) or SIGTERM, read-only.

    ``/sparql`` SPARQL 1.1 Protocol, Graph Store (``?default``, ``?graph=``), service description; ``/`` a page to ask
    on; the path of every IRI of the data: what is said of it; ``/view`` the graph's page; ``/health``, ``/metrics``.
    Call it in the main thread.

    Args:
        path: an output folder, its ``graph.duckdb``, or an RDF export (``graph.nq`` and ``graph.trig`` have named
            graphs).
        host: the address to listen on: this machine alone by default.
        port: 0 takes any that is free.
        hosts: names that the server goes by, where `host` is not this machine alone.
        origins: web origins whose pages may read from here, beside those of this machine; ``*`` for all.
        limits: what queries may cost.
        config: base IRI and depth of the RDF.
        asking: see `kg.query.open_triples`.
        ready: is called with the server's address when it answers.

    Raises:
        ConfigError: the extra ``serve`` is not installed.
        QueryError: there is no graph, or it does not parse.
        StoreError: the graph cannot be opened, or the port not be had.
    """
    uvicorn = _import_server()
    from kg.query.sources import find_source
    from kg.serve.app import create_app
    from kg.serve.metrics import Metrics
    from kg.serve.nurse import Nurse
    from kg.serve.pool import Pool
    from kg.serve.shipped import to_questions

    limits, config, asking = limits or Limits(), config or ExportConfig(), asking or QueryConfig()
    source = find_source(Path(path))
    with _listen(host, port) as listening:
        nurse = Nurse({
            "path": str(source), "base": config.base, "depth": list(config.depth),
            "memory_triples": asking.memory_triples, "folder": asking.folder,
            "memory": limits.memory, "results": limits.results, "seconds": limits.seconds,
        })  # fmt: skip
        try:
            shown = f"[{host}]" if ":" in host else host

            def started() -> None:
                if ready is not None:
                    ready(f"http://{shown}:{listening.getsockname()[1]}/")

            pool = Pool(nurse, limits, Metrics(), to_questions(config.base))
            app = create_app(pool, base=config.base, view=source.parent / "graph.html", hosts=(host, *hosts),
                             origins=tuple(origins), started=started)  # fmt: skip
            settings = uvicorn.Config(
                app, log_level="critical", access_log=False, server_header=False, lifespan="on",
                timeout_graceful_shutdown=1, timeout_keep_alive=15, h11_max_incomplete_event_size=1 << 16,
            )  # fmt: skip
            server = uvicorn.Server(settings)
            try:
                server.run(sockets=[listening])
            except KeyboardInterrupt:
                # It has shut down already; this only says by what.
                return
            except SystemExit as error:
                # So it ends where it could not start: no worker could be had.
                raise StoreError("the server did not start: no worker could be had; free some memory") from error
        finally:
            nurse.close()
