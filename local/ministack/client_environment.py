"""What points an AWS client at the emulator."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.workfolder import WorkFolder


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Where a stack says that it lives."""

    number: str = "000000000000"
    region: str = "us-east-1"


def account_of(root: Path, stack: str) -> Account:
    """Read a stack's account and region; the program itself judges the rest of the file."""
    file = root / f"Pulumi.{stack}.yaml"
    try:
        document: Any = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError):
        return Account()
    values = document.get("config") if isinstance(document, dict) else None
    named = values if isinstance(values, dict) else {}
    found = {key.partition(":")[2]: str(value) for key, value in named.items()}
    return Account(
        number=found.get("account_id", Account().number),
        region=found.get("region", Account().region),
    )


def emulator_environment(work: WorkFolder, stack: str, endpoint: str | None) -> dict[str, str]:
    """Point every AWS client at the emulator, where the access key is the account's number."""
    account = account_of(work.root, stack)
    settings = {
        "AWS_ACCESS_KEY_ID": account.number,
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_REGION": account.region,
        "AWS_DEFAULT_REGION": account.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    if endpoint is not None:
        settings |= {"AWS_ENDPOINT_URL": endpoint, "EMULATOR_ENDPOINT": endpoint}
    return settings
