"""What a resource type's properties are: declared by the SDK, and what only the API tells."""

from __future__ import annotations

import subprocess
import sys

import pytest

from attached_providers.properties import Properties
from attached_providers.schema import (
    ARCHIVE,
    FLAG,
    INTEGER,
    JSON,
    TEXT,
    Block,
    ListOf,
    MapOf,
    Prop,
    policy_text,
    says,
)

FUNCTION = "aws:lambda/function:Function"


def test_names_kinds_and_what_must_be_given_are_the_sdks() -> None:
    found = Properties(FUNCTION)
    assert found["role"] == Prop(kind=TEXT, required=True)
    assert found["timeout"].kind is INTEGER
    assert found["publish"].kind is FLAG
    assert found["code"].kind is ARCHIVE
    assert found["layers"].kind == ListOf(TEXT)
    assert found.inside("environment")["variables"].kind == MapOf(TEXT)
    assert found.inside("tracingConfig")["mode"].required
    assert "region" not in found and "tags" not in found


def test_facts_are_added_all_the_way_down() -> None:
    found = Properties(
        "aws:scheduler/schedule:Schedule",
        {"target": says(fields={"retryPolicy": says(computed=True)}, unserved=("ecsParameters",))},
        unserved=("namePrefix",),
    )
    target = found["target"].kind
    assert isinstance(target, Block)
    assert target.fields["retryPolicy"].computed
    assert "ecsParameters" not in target.fields
    assert "namePrefix" not in found


def test_a_policy_is_json_where_the_sdk_says_text() -> None:
    found = Properties("aws:sqs/queuePolicy:QueuePolicy", {"policy": policy_text()})
    assert found["policy"].kind is JSON
    assert found["policy"].required


def test_outputs_are_what_cannot_be_said() -> None:
    found = Properties(FUNCTION, also_given=("codeSha256",)).outputs
    assert {"arn", "codeSha256", "lastModified"} <= {*found}
    assert not {"name", "role", "tagsAll", "region"} & {*found}


@pytest.mark.parametrize(
    ("facts", "unserved"), [({"timeuot": says(default=3)}, ()), ({}, ("timeuot",))]
)
def test_what_the_sdk_does_not_declare_is_named(
    facts: dict[str, object], unserved: tuple[str, ...]
) -> None:
    wrong = Properties(FUNCTION, facts, unserved=unserved)  # type: ignore[arg-type]
    with pytest.raises(LookupError, match=f"{FUNCTION}: the SDK declares no timeuot"):
        len(wrong)


def test_the_table_is_made_without_the_sdks_classes() -> None:
    program = "import attached_providers.aws.types, sys; assert 'pulumi_aws' not in sys.modules"
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from attached_providers.properties import Properties

types = [f"aws:{it}" for it in ("lambda/layerVersion:LayerVersion", "lambda/function:Function",
    "lambda/alias:Alias", "lambda/permission:Permission", "sns/topic:Topic", "sqs/queue:Queue")]
together = Barrier(len(types))

def read(token):
    together.wait()
    return len(Properties(token))

with ThreadPoolExecutor(len(types)) as pool:
    assert all(pool.map(read, types))
"""


def test_types_that_an_engine_asks_for_at_once_are_read() -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", AT_ONCE], check=True)
