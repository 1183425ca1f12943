"""The pull request's page: one comment, found again by its first line."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations.errors import OperationError

TIMEOUT_S = 30
_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PullRequest:
    """Comments of one pull request, over GitHub's REST API."""

    api: str
    repository: str
    number: str
    token: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> PullRequest | None:
        """Read what a workflow sets; None where there is no pull request to comment on."""
        names = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "PULL_REQUEST", "GITHUB_TOKEN")
        values = [environment.get(name, "") for name in names]
        if not all(values[2:]):
            return None
        if not all(values):
            missing = ", ".join(n for n, v in zip(names, values, strict=True) if not v)
            raise OperationError(f"expected {missing} in the environment, as a workflow sets it")
        api, repository, number, token = values
        return cls(api=api, repository=repository, number=number, token=token)

    def keep_comment(self, marker: str, text: str) -> None:
        """Replace the comment that begins with `marker`, or write the first."""
        known = self._find(marker)
        if known is None:
            self._call("POST", f"issues/{self.number}/comments", {"body": text})
        else:
            self._call("PATCH", f"issues/comments/{known}", {"body": text})

    def _find(self, marker: str) -> int | None:
        page = 1
        while True:
            path = f"issues/{self.number}/comments?per_page={_PAGE}&page={page}"
            comments: list[dict[str, Any]] = self._call("GET", path)
            for comment in comments:
                if str(comment["body"]).startswith(marker):
                    return int(comment["id"])
            if len(comments) < _PAGE:
                return None
            page += 1

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.api}/repos/{self.repository}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/vnd.github+json",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:
                return json.load(reply)
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            # The request holds the token; the error does not.
            raise OperationError(f"{method} {path}: GitHub refused: {error}") from None
