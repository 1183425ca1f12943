"""The roles of one stack: each with who may assume it and all that it may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.calls import Calls
from accounts.names import Names
from accounts.permissions import Document, Statement, document, documents
from accounts.state import WRITING_DUTIES, key_statement, state_statements
from accounts.trust import GithubRepository, github_trust, person_trust, role_trust
from blueprint.artifacts import DRIFT_NOTE, PROMOTED_PREFIXES


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role, ready to be made."""

    name: str
    purpose: str
    trust: Document
    policies: Mapping[str, Document]
    """Managed policies by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """A stack, and the one that it is promoted from or to, where there is one."""

    own: Names
    github: GithubRepository
    promoted_from: Names | None = None
    promoted_to: Names | None = None


def roles(accounts: Accounts, calls: Calls) -> tuple[Role, ...]:
    """Write every role of a stack."""
    own = accounts.own
    return tuple(
        Role(
            name=own.role(duty),
            purpose=purpose,
            trust=_trust(accounts, duty),
            policies={
                f"{own.role(duty)}-{family}": found
                for family, found in _policies(accounts, duty, calls).items()
            },
        )
        for duty, purpose in _duties(accounts)
    )


def _duties(accounts: Accounts) -> Iterator[tuple[str, str]]:
    stage = accounts.own.stage
    if accounts.promoted_from is None:
        yield "review", f"Previews what a pull request would make of {stage}; reads no secret."
    yield "deploy", f"Brings {stage} to what main, or a tag on it, says."
    yield "operate", f"Looks into {stage}, takes releases of it back, pauses and resumes it."
    yield "drift", f"Looks every night whether {stage} is as it was deployed."
    if accounts.promoted_to is not None:
        yield "promotion", f"Lets {accounts.promoted_to.stage} see what {stage} runs."


def _trust(accounts: Accounts, duty: str) -> Document:
    if duty == "promotion" and accounts.promoted_to is not None:
        return role_trust(accounts.own, accounts.promoted_to)
    if duty == "operate":
        return person_trust(accounts.own)
    return github_trust(accounts.own, accounts.github, duty)


def _policies(accounts: Accounts, duty: str, calls: Calls) -> dict[str, Document]:
    own = accounts.own
    found = documents(duty, own, calls)
    if duty != "promotion":
        found["state"] = document(list(_state(own, duty)))
    if duty == "deploy" and accounts.promoted_from is not None:
        found["promotion"] = document(list(_promotion(own, accounts.promoted_from)))
    return found


def _state(own: Names, duty: str) -> Iterator[Statement]:
    yield from state_statements(own, writes=duty in WRITING_DUTIES)
    if duty == "drift":
        note = own.s3(f"{own.artifact_bucket}/{DRIFT_NOTE}")
        yield {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": [note]}
    if duty != "review":
        # What a pull request's code can decrypt, whoever writes one can read.
        yield key_statement(own, encrypts=duty == "deploy")


def _promotion(own: Names, source: Names) -> Iterator[Statement]:
    yield from state_statements(own, writes=False, stage=source.stage)
    artifacts = [source.s3(f"{source.artifact_bucket}/{prefix}*") for prefix in PROMOTED_PREFIXES]
    yield {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": artifacts}
    listed = source.s3(source.artifact_bucket)
    # Without it S3 answers 403 for an object that is missing.
    yield {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [listed]}
    promotion = source.role_arn("promotion")
    yield {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [promotion]}
