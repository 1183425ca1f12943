"""An advisory service on loopback, as its documentation describes `POST /v1/querybatch`.

https://google.github.io/osv.dev/post-v1-querybatch/: one result for each query, in order, with ids
alone; a result without findings is an empty object.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread


@contextmanager
def advisory_service(known: Mapping[str, str], answer: bytes | None = None) -> Iterator[str]:
    """Serve advisories by `name version`; `answer` replaces whatever would be said."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            results = [
                {"vulns": [{"id": known[name]}]} if name in known else {}
                for query in asked["queries"]
                for name in [f"{query['package']['name']} {query['version']}"]
            ]
            self.send_response(200 if self.path == "/v1/querybatch" else 404)
            self.end_headers()
            self.wfile.write(answer or json.dumps({"results": results}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
