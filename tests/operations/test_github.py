from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from operations.errors import OperationError
from operations.github import PullRequest

MARKER = "<!-- marker -->"


class Page:
    def __init__(self) -> None:
        self.comments: dict[int, str] = {}
        self.refuses = False
        self.tokens: set[str] = set()


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def pull_request(page: Page) -> Iterator[PullRequest]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def reply(self, status: int, body: object) -> None:
            page.tokens.add(self.headers["Authorization"])
            content = json.dumps(body).encode()
            self.send_response(403 if page.refuses else status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def body(self) -> str:
            return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

        def do_GET(self) -> None:
            number = int(self.path.rsplit("page=", 1)[1])
            known = [{"id": key, "body": text} for key, text in page.comments.items()]
            self.reply(200, known[(number - 1) * 100 : number * 100])

        def do_POST(self) -> None:
            page.comments[max(page.comments, default=0) + 1] = self.body()
            self.reply(201, {})

        def do_PATCH(self) -> None:
            page.comments[int(self.path.rsplit("/", 1)[1])] = self.body()
            self.reply(200, {})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield PullRequest(
        api=f"http://127.0.0.1:{server.server_port}",
        repository="owner/repo",
        number="7",
        token="a-token",
    )
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_first_comment_is_written(pull_request: PullRequest, page: Page) -> None:
    pull_request.keep_comment(MARKER, f"{MARKER}\nfirst")

    assert page.comments == {1: f"{MARKER}\nfirst"}
    assert page.tokens == {"Bearer a-token"}


def test_the_same_comment_is_replaced_however_many_others_there_are(
    pull_request: PullRequest, page: Page
) -> None:
    page.comments = {number: "somebody's words" for number in range(1, 150)}
    page.comments[150] = f"{MARKER}\nfirst"

    pull_request.keep_comment(MARKER, f"{MARKER}\nsecond")

    assert page.comments[150] == f"{MARKER}\nsecond"
    assert len(page.comments) == 150


def test_a_refusal_is_one_error_without_the_token(pull_request: PullRequest, page: Page) -> None:
    page.refuses = True

    with pytest.raises(OperationError) as refusal:
        pull_request.keep_comment(MARKER, "text")

    assert "403" in str(refusal.value)
    assert "a-token" not in str(refusal.value)


def test_without_a_pull_request_there_is_nothing_to_comment_on() -> None:
    assert PullRequest.from_environment({"GITHUB_TOKEN": "a-token"}) is None


def test_a_half_set_environment_is_named() -> None:
    with pytest.raises(OperationError, match="GITHUB_REPOSITORY"):
        PullRequest.from_environment(
            {"GITHUB_TOKEN": "t", "PULL_REQUEST": "7", "GITHUB_API_URL": "http://127.0.0.1"}
        )
