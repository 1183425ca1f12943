from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud import Cloud
from the_alchemiser.shared import health as examined
from the_alchemiser.shared.health import NEVER_THERE, health, is_health_event

PACKAGE = "examined_function"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a function's package that is well."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "service.py").write_text("")
    (folder / "bootstrap.py").write_text(
        "import os\n"
        "from functools import cache\n"
        "made = []\n"
        "@cache\n"
        "def service():\n"
        "    made.append('service')\n"
        "def needs(argument):\n"
        "    made.append('never')\n"
        "def _own():\n"
        "    made.append('never')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def deep(*probes: dict[str, str]) -> dict[str, Any]:
    return health({"action": "health", "deep": True, "probes": list(probes)}, PACKAGE)


def test_a_plain_health_event_touches_nothing() -> None:
    assert health({"action": "health"}, "no.such.package") == {"status": "healthy"}


@pytest.mark.parametrize("event", [{"action": "sweep"}, {}, [], None, "health"])
def test_other_input_asks_for_no_health(event: object) -> None:
    assert not is_health_event(event)


def test_a_deep_one_builds_what_bootstrap_offers(package: Path) -> None:
    assert deep() == {"status": "healthy", "touched": []}
    assert sys.modules[f"{PACKAGE}.bootstrap"].made == ["service"]


def test_a_module_that_cannot_be_imported_is_named(package: Path) -> None:
    (package / "service.py").write_text("import nothing_of_that_name\n")

    (failure,) = deep()["failures"]

    assert failure["what"] == f"import {PACKAGE}.service"
    assert "nothing_of_that_name" in failure["reason"]


BY_INDEX = {
    "kind": "table",
    "name": "records",
    "keys": "GSI6PK,GSI6SK",
    "by": "Query",
    "index": "GSI6",
}


def test_settings_that_are_missing_are_named(package: Path) -> None:
    with (package / "bootstrap.py").open("a") as file:
        file.write("def metrics():\n    os.environ['LEDGER_OF_NOBODY']\n")

    (failure,) = deep()["failures"]

    assert failure == {"what": "bootstrap.metrics", "reason": "KeyError: 'LEDGER_OF_NOBODY'"}


def test_what_is_granted_is_touched_without_effect(package: Path, cloud: Cloud) -> None:
    cloud.table("records", indexes=("GSI6",))
    cloud.client("s3").create_bucket(Bucket="bars")
    cloud.client("secretsmanager").create_secret(Name="broker", SecretString="{}")

    answer = deep(
        {"kind": "table", "name": "records", "keys": "PK,SK"},
        {"kind": "table", "name": "records", "keys": "PK,SK", "by": "Query"},
        {
            "kind": "table",
            "name": "records",
            "keys": "GSI6PK,GSI6SK",
            "by": "Query",
            "index": "GSI6",
        },
        {"kind": "table", "name": "records", "keys": "PK,SK", "by": "Scan"},
        {"kind": "bucket", "name": "bars"},
        {"kind": "secret", "name": "broker"},
        {"kind": "function", "name": "not-there-yet:live"},
    )

    assert answer["status"] == "healthy"
    assert answer["touched"] == [
        *["table records"] * 4,
        "bucket bars",
        "secret broker",
        "function not-there-yet:live",
    ]
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket="bars")


@pytest.mark.parametrize(
    ("probe", "code"),
    [
        ({"kind": "table", "name": "gone", "keys": "PK"}, "ResourceNotFoundException"),
        ({"kind": "bucket", "name": "gone"}, "NoSuchBucket"),
        ({"kind": "secret", "name": "unfilled"}, "ResourceNotFoundException"),
        ({"kind": "horoscope", "name": "x"}, "expected one of bucket, function, secret, table"),
    ],
)
def test_what_cannot_be_touched_is_named(
    probe: dict[str, str], code: str, package: Path, cloud: Cloud
) -> None:
    cloud.client("secretsmanager").create_secret(Name="unfilled")

    (failure,) = deep(probe)["failures"]

    assert failure["what"] == f"{probe['kind']} {probe['name']}"
    assert code in failure["reason"]
    assert "denied" not in failure


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "403"])
def test_a_grant_that_is_lacking_is_told_apart_from_what_is_not_there(
    code: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        def get_object(self, **arguments: str) -> None:
            assert arguments == {"Bucket": "bars", "Key": NEVER_THERE}
            # What S3 says to who may not list is 403, whether or not the object is there:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")

    monkeypatch.setattr(examined, "client", lambda _: Refusing())

    (failure,) = deep({"kind": "bucket", "name": "bars"})["failures"]

    assert (failure["what"], failure["denied"]) == ("bucket bars", "yes")
