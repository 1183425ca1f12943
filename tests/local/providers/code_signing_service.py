"""The calls for code signing configurations as Lambda answers them: nothing here emulates them.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html and its neighbours.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CONFIGS = "/2020-04-22/code-signing-configs/"
TAGS = "/2017-03-31/tags/"
ABSENT = (404, {"Type": "User", "Message": "The code signing configuration does not exist"})
IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Account>000000000001</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""
"""What a provider asks first, whose account it is in."""

Answer = tuple[int, dict[str, Any]]


@dataclass
class Account:
    """What there is, by ARN."""

    configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def answer(self, method: str, address: str, body: dict[str, Any]) -> Answer:
        split = urlsplit(address)
        place = unquote(split.path)
        if place.startswith(TAGS):
            gone = parse_qs(split.query).get("tagKeys", [])
            return self._tagged(place.removeprefix(TAGS), body.get("Tags", {}), gone)
        if method == "POST":
            return self._made(body)
        return self._found(method, place.removeprefix(CONFIGS), body)

    def _tagged(self, arn: str, more: dict[str, str], gone: list[str]) -> Answer:
        left = {name: it for name, it in self.tags[arn].items() if name not in gone}
        self.tags[arn] = left | more
        return 200, {"Tags": self.tags[arn]}

    def _made(self, body: dict[str, Any]) -> Answer:
        name = f"csc-{len(self.configs):017}"
        arn = f"arn:aws:lambda:us-east-1:000000000001:code-signing-config:{name}"
        self.tags[arn] = body.pop("Tags", {})
        self.configs[arn] = {
            "CodeSigningConfigArn": arn,
            "CodeSigningConfigId": name,
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"},
            "Description": "",
            "LastModified": "2026-11-29T00:00:00Z",
            **body,
        }
        return 201, {"CodeSigningConfig": self.configs[arn]}

    def _found(self, method: str, arn: str, body: dict[str, Any]) -> Answer:
        if arn not in self.configs:
            return ABSENT
        if method == "DELETE":
            del self.configs[arn]
            return 204, {}
        if method == "PUT":
            self.configs[arn] |= {**body, "LastModified": "2026-11-30T00:00:00Z"}
        return 200, {"CodeSigningConfig": self.configs[arn]}


@contextmanager
def code_signing_service() -> Iterator[str]:
    """Serve on a free port of this machine; what was made is gone with it."""
    account = Account()

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(size)
            if self.path == "/":
                self._say(200, IDENTITY)
                return
            status, said = account.answer(self.command, self.path, json.loads(sent or b"{}"))
            self._say(status, b"" if status == 204 else json.dumps(said).encode())

        def _say(self, status: int, content: bytes) -> None:
            self.send_response(status)
            if status == 404:
                self.send_header("x-amzn-ErrorType", "ResourceNotFoundException")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    for method in ("GET", "PUT", "POST", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_one)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
