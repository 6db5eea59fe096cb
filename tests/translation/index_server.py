"""A stand-in for the Argos index on loopback: ranges, entity tags, broken lines, changed files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.translation.fixture_packages import package_file


class IndexServer:
    """`files`: path -> bytes. `breaks`: path -> after how many bytes each of the next transfers ends. `asked`: (path, range)."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.breaks: dict[str, list[int]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.index: object = []
        self.ranges = True
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                server.asked.append((self.path, wanted))
                data = json.dumps(server.index).encode() if self.path == "/index.json" else server.files.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                tag = f'"{sha256(data).hexdigest()[:16]}"'
                start = 0
                if wanted and server.ranges and self.headers.get("If-Range", tag) == tag:
                    start = int(wanted.removeprefix("bytes=").split("-")[0])
                    if start >= len(data):
                        self.send_error(416)
                        return
                    self.send_response(206)
                    self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                else:
                    self.send_response(200)
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                cut = server.breaks.get(self.path) or []
                self.wfile.write(data[start : start + cut.pop(0)] if cut else data[start:])

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def offer(self, *pairs: str, version: str = "1.0") -> None:
        """Puts fixture packages on the list."""
        entries = list(self.index) if isinstance(self.index, list) else []
        for pair in pairs:
            source, target = pair.split("-")
            path = f"/v1/translate-{source}_{target}-{version.replace('.', '_')}.argosmodel"
            self.files[path] = package_file(pair).read_bytes()
            entries.append({"package_version": version, "argos_version": "1.9", "from_code": source, "from_name": source,
                            "to_code": target, "to_name": target, "links": ["ipfs://x", self.address + path],
                            "type": "translate", "code": f"translate-{source}_{target}"})
        self.index = entries

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def index_server() -> Iterator[IndexServer]:
    server = IndexServer()
    try:
        yield server
    finally:
        server.close()
