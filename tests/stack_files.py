"""Stack files as they are cloned, and as real use fills them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

PROJECT = "alchemiser"

CLONED: Mapping[str, Mapping[str, object]] = {
    "dev": {
        "account_id": "111111111111",
        "region": "us-east-1",
        "promoted_by": "arn:aws:iam::222222222222:role/alchemiser-ci-prod-deploy",
    },
    "prod": {
        "account_id": "222222222222",
        "region": "us-east-1",
        "subscribers": {"alarms": ["operator@example.com"]},
    },
}
"""What the files say before an operator has written his own account and region there."""

WRITTEN_BY_USE = ("functions", "held", "secret_values", "subscribers")
"""Keys that only an operator or an operation adds to the stack of an account."""

PROVIDERS: Mapping[str, Mapping[str, str]] = {
    "awskms": {
        "secretsprovider": "awskms://alias/alchemiser-state?region=eu-central-1",
        "encryptedkey": "AQICAHhx4yJ8qg1yQ3yS9fWb8o5m4C3Yt1oQ0iQzq0Zq3yG1bAEf5dYd",
    },
    "azurekeyvault": {
        "secretsprovider": "azurekeyvault://alchemiser.vault.azure.net/keys/state",
        "encryptedkey": "cmFuZG9tIGJ5dGVzIHRoYXQgYSB2YXVsdCB3cmFwcGVk",
    },
    "gcpkms": {
        "secretsprovider": "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k",
        "encryptedkey": "CiQAcmFuZG9tIGJ5dGVzIHRoYXQgYSBrZXkgd3JhcHBlZA==",
    },
    "hashivault": {
        "secretsprovider": "hashivault://alchemiser",
        "encryptedkey": "dmF1bHQ6djE6cmFuZG9tIGJ5dGVz",
    },
    "passphrase": {
        "secretsprovider": "passphrase",
        "encryptionsalt": "v1:Nn8N5c4x8Xg=:v1:o0v0o0v0o0v0o0v0:c29tZWJvZHkncyBvd24gc2FsdA==",
    },
    "passphrase of old": {
        "encryptionsalt": "v1:Nn8N5c4x8Xg=:v1:o0v0o0v0o0v0o0v0:c29tZWJvZHkncyBvd24gc2FsdA==",
    },
}
"""What `pulumi stack init` writes for each kind of secrets provider."""

FILLED: Mapping[str, str] = {"dev": "awskms", "prod": "passphrase"}
"""The kind with which the engine's tests fill the file of each stack."""

SECURE = {"secure": "v1:AAAAAAAAAAAAAAAA:bm9ib2R5IGhlcmUgY2FuIGRlY3J5cHQgdGhpcw=="}


class _AsPulumiWrites(yaml.SafeDumper):
    """Writes as the engine does when it saves a stack's file."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def as_cloned(text: str, stack: str) -> str:
    """Take out of a stack's file what use has written into it; else leave it byte by byte."""
    document: dict[str, Any] = yaml.safe_load(text)
    if stack not in CLONED:
        return text
    own = {f"{PROJECT}:{key}": value for key, value in CLONED[stack].items()}
    written = {f"{PROJECT}:{key}" for key in WRITTEN_BY_USE}
    config = {key: value for key, value in document["config"].items() if key not in written} | own
    cloned = {"config": config}
    return text if document == cloned else yaml.safe_dump(cloned, sort_keys=False)


def filled(text: str, provider: str, **changes: object) -> str:
    """Fill a stack's file as a team does in its first hour, with the secrets of one provider."""
    document: dict[str, Any] = yaml.safe_load(text)
    changes = {
        "secret_values": {"broker": {"key": SECURE, "secret": SECURE}},
        "subscribers": {
            "alarms": ["operator@example.com"],
            "notifications": ["operator@example.com"],
        },
    } | changes
    config = document["config"] | {f"{PROJECT}:{key}": value for key, value in changes.items()}
    return yaml.dump(
        {**PROVIDERS[provider], "config": config}, Dumper=_AsPulumiWrites, sort_keys=False
    )
