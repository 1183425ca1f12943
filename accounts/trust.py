"""Who may assume which role: jobs by what their token says, one role another, and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from accounts.names import AUDIENCE, ISSUER, Names
from accounts.permissions import Document, document

NAME = r"^[A-Za-z0-9_.-]+$"


class GithubRepository(BaseModel):
    """The repository whose jobs may assume roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = Field(pattern=NAME)
    repository: str = Field(pattern=NAME)
    owner_id: int = Field(gt=0)
    repository_id: int = Field(gt=0)

    def subjects(self, ending: str) -> list[str]:
        """Spell a token's subject in both forms that a repository may present.

        With ids for repositories made or renamed since July 2026, or switched to it; without for
        older ones: https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
        """
        named = f"{self.owner}/{self.repository}"
        numbered = f"{self.owner}@{self.owner_id}/{self.repository}@{self.repository_id}"
        return [f"repo:{numbered}:{ending}", f"repo:{named}:{ending}"]


def endings(stage: str) -> Mapping[str, str]:
    """Give how the subject ends of the jobs that have each duty.

    A job with an environment presents that and never a ref; a pull request from a fork presents no
    token at all.
    """
    return {
        "review": "pull_request",
        "drift": f"environment:{stage}-read",
        "deploy": f"environment:{stage}",
    }


def github_trust(own: Names, github: GithubRepository, duty: str) -> Document:
    """Let the jobs of one duty assume its role."""
    subjects = github.subjects(endings(own.stage)[duty])
    return document(
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": own.issuer_arn},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{ISSUER}:aud": AUDIENCE,
                        f"{ISSUER}:sub": subjects,
                    }
                },
            }
        ]
    )


def person_trust(own: Names) -> Document:
    """Let whom the account's own administrators name assume a role."""
    # Who is in the account may do so as far as a policy of their own says: no name stands here.
    return document(
        [{"Effect": "Allow", "Principal": {"AWS": own.iam("root")}, "Action": "sts:AssumeRole"}]
    )


def role_trust(own: Names, promoting: Names) -> Document:
    """Let the role that deploys another stack look at what this one runs."""
    condition: Mapping[str, Any] = {"ArnEquals": {"aws:PrincipalArn": promoting.role_arn("deploy")}}
    return document(
        [
            {
                "Effect": "Allow",
                "Principal": {"AWS": promoting.iam("root")},
                "Action": "sts:AssumeRole",
                "Condition": condition,
            }
        ]
    )
