"""Which tokens of GitHub may assume which role, in the emulator's reading."""

from __future__ import annotations

import pytest

from accounts.names import AUDIENCE, ISSUER
from tests.accounts.evaluator import verdicts
from tests.accounts.places import PLACES, ROLES

pytestmark = pytest.mark.integration

CLASSIC = "repo:octo-org/trading:"
NUMBERED = "repo:octo-org@123456/trading@456789:"

ADMITTED = {
    "alchemiser-ci-dev-review": "pull_request",
    "alchemiser-ci-dev-deploy": "environment:dev",
    "alchemiser-ci-dev-drift": "environment:dev-read",
    "alchemiser-ci-prod-deploy": "environment:prod",
    "alchemiser-ci-prod-drift": "environment:prod-read",
}

STRANGERS = (
    "repo:octo-org@123456/trading@999999:{ending}",
    "repo:octo-org@999999/trading@456789:{ending}",
    "repo:someone/trading:{ending}",
    "repo:octo-org/trading:ref:refs/heads/main",
    "repo:octo-org/trading:environment:staging",
    "repo:octo-org/trading-fork:{ending}",
)


def asked(role: str, subject: str, audience: str = AUDIENCE) -> dict[str, object]:
    stage = role.split("-")[2]
    return {
        "trust": ROLES[role].trust,
        "provider": PLACES[stage].issuer_arn,
        "principal": PLACES[stage].iam("root"),
        "action": "sts:AssumeRoleWithWebIdentity",
        "resource": PLACES[stage].role_arn(role.rpartition("-")[2]),
        "context": {f"{ISSUER}:sub": subject, f"{ISSUER}:aud": audience},
    }


def test_a_job_is_admitted_by_its_old_and_by_its_new_subject() -> None:
    asking = [
        asked(role, f"{start}{ending}")
        for role, ending in ADMITTED.items()
        for start in (CLASSIC, NUMBERED)
    ]

    assert verdicts(asking) == ["Allow"] * 10


def test_nobody_else_is_admitted() -> None:
    asking = [
        asked(role, stranger.format(ending=ending))
        for role, ending in ADMITTED.items()
        for stranger in STRANGERS
    ]
    asking += [
        asked(role, f"{CLASSIC}{ADMITTED[other]}")
        for role in ADMITTED
        for other in ADMITTED
        if role != other
    ]
    asking += [
        asked(role, f"{CLASSIC}{ending}", "api://AzureADTokenExchange")
        for role, ending in ADMITTED.items()
    ]

    assert set(verdicts(asking)) == {"ImplicitDeny"}


def test_people_of_the_account_alone_may_become_its_operator() -> None:
    role = "alchemiser-ci-prod-operate"
    people = [PLACES[stage].iam("user/on-call") for stage in ("prod", "dev")]
    asking = [
        {
            **asked(role, ""),
            "action": "sts:AssumeRole",
            "provider": person,
            "principal": person,
            "context": {},
        }
        for person in people
    ]

    assert verdicts(asking) == ["Allow", "ImplicitDeny"]
