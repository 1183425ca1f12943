"""A new account on the emulator is brought to what its stack needs, and stays so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import boto3
import pytest

from accounts.bootstrap import AccountError, apply
from accounts.checking import missing
from accounts.clients import Clients
from accounts.state import META
from accounts.template import template
from tests.accounts.emulator import emulator
from tests.accounts.places import ACCOUNTS, PLACES, ROLES

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

MOST_TEMPLATE_BYTES = 51_200
"""Of a template that is handed over in the call itself:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Clients]]:
    with emulator(tmp_path_factory.mktemp("home")) as endpoint:

        def of(stage: str) -> Clients:
            session = boto3.Session(
                aws_access_key_id=PLACES[stage].account_id,
                aws_secret_access_key="emulated",
                region_name="us-east-1",
            )
            return Clients.of(session, endpoint)

        yield of


def test_both_accounts_lack_all_at_first_and_nothing_afterwards(
    clients: Callable[[str], Clients],
) -> None:
    for stage in ("prod", "dev"):
        accounts, at = ACCOUNTS[stage], clients(stage)
        lacking = list(missing(at, accounts))
        named = " ".join(lacking)
        assert all(role in named for role in ROLES if f"-{stage}-" in role)
        assert (
            "OpenID Connect provider token.actions.githubusercontent.com: is not there" in lacking
        )

        assert apply(at, accounts)
        assert list(missing(at, accounts)) == []


def test_a_second_run_changes_nothing(clients: Callable[[str], Clients]) -> None:
    assert not any(apply(clients(stage), ACCOUNTS[stage]) for stage in ("prod", "dev"))


def test_what_was_changed_by_hand_is_named(
    clients: Callable[[str], Clients],
) -> None:
    at, own = clients("prod"), PLACES["prod"]
    at.s3.put_bucket_versioning(
        Bucket=own.state_bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    at.iam.update_assume_role_policy(
        RoleName=own.role("drift"),
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )
    at.iam.detach_role_policy(
        RoleName=own.role("deploy"), PolicyArn=own.iam(f"policy/{own.role('deploy')}-state")
    )

    found = dict(problem.split(": ", 1) for problem in missing(at, ACCOUNTS["prod"]))

    assert found == {
        f"AWS::S3::Bucket {own.state_bucket}": "keeps no versions",
        f"AWS::IAM::Role {own.role('drift')}": "is there, and is another than this program writes",
        f"AWS::IAM::Role {own.role('deploy')}": "has 6 policies instead of 7",
    }


def test_the_state_bucket_is_laid_out_so_that_no_role_has_to(
    clients: Callable[[str], Clients],
) -> None:
    answer = clients("prod").s3.get_object(Bucket=PLACES["prod"].state_bucket, Key=META)

    assert answer["Body"].read() == b"version: 1\n"


def test_another_account_is_refused_before_anything_is_made(
    clients: Callable[[str], Clients],
) -> None:
    with pytest.raises(AccountError, match="expected credentials of account 111111111111"):
        apply(clients("prod"), ACCOUNTS["dev"])


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_template_may_be_handed_over_whole(stage: str) -> None:
    assert len(json.dumps(template(ACCOUNTS[stage]))) <= MOST_TEMPLATE_BYTES


def test_what_holds_state_outlives_its_stack() -> None:
    resources = template(ACCOUNTS["prod"])["Resources"]
    kept = {name for name, it in resources.items() if it.get("DeletionPolicy") == "Retain"}

    assert kept == {"StateBucket", "SecretsKey"}
    assert "StateBucket" not in template(ACCOUNTS["dev"])["Resources"]
