"""A worker process: a request a line on standard input, its answers a line on standard output, until the input ends.

Started by `workers` as `python -m bot.translation.worker PACKAGES HOME`. A process of its own, because only a process can be
stopped in the middle of a translation, gives all its memory back, and leaves the server's interpreter alone. It refuses the
network: whatever a library under it may try, no address is looked up and no connection made.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from bot.errors import WaymarkError

# How much the worker gives way to the rest of the machine: answering people goes before translating.
NICENESS = 10
_NETWORK = (
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto", "socket.sendmsg",
    "urllib.Request",
)


def refuse_network(event: str, _arguments: tuple[Any, ...]) -> None:
    """An audit hook. Raises PermissionError at any attempt to look up a name or to connect."""
    if event in _NETWORK:
        raise PermissionError(f"translation never uses the network ({event})")


def resident() -> int:
    """This process's resident memory in KiB; its highest where the system does not tell the present one."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _told(found: Any) -> dict[str, Any]:
    if isinstance(found, WaymarkError):
        return {"error": found.code, "values": {name: str(value) for name, value in found.values.items()}}
    return {"text": found.text, "score": found.score, "pivot": found.pivot}


def answer(engine: Any, line: bytes) -> dict[str, Any]:
    """The answer to one request for several texts: {"answers": [...], "rss": KiB}, an answer a text, in order.

    An answer is {"text", "score", "pivot"} or {"error", "values"}.
    """
    texts: list[str] = []
    try:
        request = json.loads(line)
        texts = request["texts"]
        answers = [_told(found) for found in engine.translate_all(texts, request["source"], request["target"])]
    except WaymarkError as error:
        answers = [_told(error)] * len(texts)
    except Exception as error:  # whatever happens below, the answer must come; its text may hold a person's words and stays here
        answers = [{"error": "translation.failed", "values": {"kind": type(error).__name__}}] * len(texts)
    return {"answers": answers, "rss": resident()}


def main() -> None:
    """Serves until the input ends."""
    sys.addaudithook(refuse_network)
    os.nice(NICENESS)
    # Libraries below may print; only answers may reach the parent.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from bot.translation.engine import LocalEngine, load_argos

    packages, home = Path(sys.argv[1]), Path(sys.argv[2])
    load_argos(home)
    engine = LocalEngine(packages, home)
    for line in iter(sys.stdin.buffer.readline, b""):
        out.write(json.dumps(answer(engine, line)).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
