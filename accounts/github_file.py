"""Remembers which repository the roles trust, so that it is asked for once."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from accounts.trust import GithubRepository

FILE = Path(__file__).parent / "github.json"

WHERE_IDS_ARE = (
    "the ids are `id` and `owner.id` in the answer of `gh api repos/OWNER/REPOSITORY`, and stand "
    "in the repository's settings under Actions, OIDC"
)


class GithubError(Exception):
    """It is not known which repository the roles are to trust."""


def read_github(file: Path = FILE) -> GithubRepository | None:
    """Read what was answered before; None when nobody was asked yet."""
    if not file.exists():
        return None
    return parse_github(file.read_text(encoding="utf-8"))


def write_github(github: GithubRepository, file: Path = FILE) -> None:
    """Keep the answers, for git to track."""
    file.write_text(f"{github.model_dump_json(indent=2)}\n", encoding="utf-8")


def parse_github(text: str) -> GithubRepository:
    """Read answers; raise GithubError with all that is wrong about them."""
    try:
        return GithubRepository.model_validate_json(text)
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(map(str, entry['loc']))}: {entry['msg']}" for entry in error.errors()
        )
        raise GithubError(
            f"{found}. Expected owner and repository by name and by id; {WHERE_IDS_ARE}."
        ) from error
