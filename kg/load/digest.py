"""HTTP Digest access authentication (RFC 7616), which Virtuoso asks for."""

import hashlib
import os
import re
from collections.abc import Callable

#: Algorithm -> its hash. RFC 7616 keeps MD5 for servers that know nothing else.
_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


class Digest:
    """A server's challenge, answered for each request with a number of its own."""

    def __init__(self, challenge: str) -> None:
        """Read what follows ``Digest`` in a header WWW-Authenticate."""
        self._told = {
            found[1].lower(): re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
            for found in _PARAMETER.finditer(challenge)
        }
        self._count = 0

    @property
    def is_known(self) -> bool:
        """Say whether we can answer: an algorithm of ours, and no protection of the body."""
        quality = [name.strip() for name in self._told.get("qop", "auth").split(",")]
        return "nonce" in self._told and self._algorithm in _HASHES and "auth" in quality

    @property
    def _algorithm(self) -> str:
        return self._told.get("algorithm", "MD5").upper()

    def answer(self, user: str, password: str, method: str, path: str, *, nonce: str = "") -> str:
        """Return the header Authorization for one request; ``nonce`` is the client's, drawn where none is given."""
        told, hashed = self._told, _HASHES[self._algorithm]
        realm, server = told.get("realm", ""), told["nonce"]
        secret = hashed(f"{user}:{realm}:{password}".encode())
        request = hashed(f"{method}:{path}".encode())
        parts = {"username": user, "realm": realm, "nonce": server, "uri": path}
        bare = {"algorithm": self._algorithm}
        if "qop" in told:
            self._count += 1
            ours, count = nonce or os.urandom(16).hex(), f"{self._count:08x}"
            parts |= {"cnonce": ours, "response": hashed(f"{secret}:{server}:{count}:{ours}:auth:{request}".encode())}
            bare |= {"qop": "auth", "nc": count}
        else:
            parts["response"] = hashed(f"{secret}:{server}:{request}".encode())
        if "opaque" in told:
            parts["opaque"] = told["opaque"]
        quoted = [f'{name}="{_escaped(value)}"' for name, value in parts.items()]
        return "Digest " + ", ".join([*quoted, *(f"{name}={value}" for name, value in bare.items())])


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
