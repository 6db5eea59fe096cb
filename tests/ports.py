"""Ports for servers that tests start, and start again."""

from __future__ import annotations

import itertools
import os
import random
import socket

# Below the ports that the system gives to outgoing connections (from 32768): a server that is killed and started again would
# find its port taken by one of them now and then. Each pytest worker has ports of its own, and gives each out once.
_FIRST, _EACH, _WORKERS = 16_000, 4_000, 4
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_tried = itertools.count(random.randrange(_EACH))


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    for place in itertools.islice(_tried, _EACH):
        port = _FIRST + _worker % _WORKERS * _EACH + place % _EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")
