"""A built function, asked to prove itself by a Lambda that asks IAM at each call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from operations.errors import OperationError
from operations.live import LambdaApi
from operations.proof import Candidate, Prover, require_proven
from tests.accounts.emulator import emulator
from tests.artifacts.built_system import BuiltSystem
from tests.engine.rehearsal import ACCOUNTS
from tests.recorded_program import recorded

pytestmark = [pytest.mark.artifacts, pytest.mark.integration]

METRICS = "alchemiser-dev-metrics"
LEDGER = "alchemiser-dev-trade-ledger"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Any]:
    """Give clients of dev's account, on an emulator that asks IAM."""
    with emulator(tmp_path, {"AUTH": "true"}) as endpoint:
        session = boto3.Session(
            aws_access_key_id=ACCOUNTS["dev"],
            aws_secret_access_key="emulated",
            region_name="us-east-1",
        )
        yield lambda service: session.client(service, endpoint_url=endpoint)


def deploy(account: Any, built: BuiltSystem) -> Candidate:
    """Make metrics_v2 as the program would, with its role and the table that it reads."""
    program, iam = recorded("dev"), account("iam")
    role = program.one("aws:iam/role:Role", "metrics_v2-role").inputs
    made = iam.create_role(RoleName=METRICS, AssumeRolePolicyDocument=role["assumeRolePolicy"])
    grant(account)
    account("dynamodb").create_table(
        TableName=LEDGER,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
    )
    client, entry = (
        account("lambda"),
        program.one("aws:lambda/function:Function", "metrics_v2-function"),
    )
    layers = [
        client.publish_layer_version(
            LayerName=name, Content={"ZipFile": built.layers[name].path.read_bytes()}
        )["LayerVersionArn"]
        for name in ("notifications", "shared_code")
    ]
    variables = entry.inputs["environment"]["variables"]
    version = client.create_function(
        FunctionName=METRICS,
        Role=made["Role"]["Arn"],
        Runtime=entry.inputs["runtime"],
        Handler=entry.inputs["handler"],
        Timeout=60,
        Layers=layers,
        Code={"ZipFile": built.functions["metrics_v2"].path.read_bytes()},
        Environment={"Variables": variables | {"AWS_ENDPOINT_URL": client.meta.endpoint_url}},
        Publish=True,
    )["Version"]
    proof = program.one("command:local:Command", "release-proof").inputs["stdin"]
    probes = json.loads(proof)["functions"]["metrics_v2"]["probes"]
    return Candidate(name="metrics_v2", function=METRICS, version=version, probes=tuple(probes))


def grant(account: Any, lacking: str = "") -> None:
    """Let the role do what the program grants it, but for one action."""
    policy = (
        recorded("dev").one("aws:iam/rolePolicy:RolePolicy", "metrics_v2-policy").document("policy")
    )
    for statement in policy["Statement"]:
        statement["Action"] = [it for it in statement["Action"] if it != lacking]
    account("iam").put_role_policy(
        RoleName=METRICS, PolicyName="grants", PolicyDocument=json.dumps(policy)
    )


def test_a_version_without_a_grant_that_it_needs_does_not_prove_itself(
    account: Any, built: BuiltSystem
) -> None:
    candidate = deploy(account, built)
    prover = Prover(live=LambdaApi(account("lambda")), patience_s=0)
    require_proven(prover.verdicts([candidate]))

    grant(account, lacking="dynamodb:Query")
    with pytest.raises(OperationError) as told:
        require_proven(prover.verdicts([candidate]))

    assert f"metrics_v2 version {candidate.version}: table {LEDGER}: ClientError: " in str(
        told.value
    )
    assert "AccessDeniedException" in str(told.value)
    grant(account)
    require_proven(prover.verdicts([candidate]))
