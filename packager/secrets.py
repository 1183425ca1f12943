"""Keeps credentials out of everything that is printed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_SECRET_NAME = re.compile(r"TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|PASSPHRASE|API_?KEY", re.I)
_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/\s@]+@")
_SHORTEST = 6
"""Shorter values are words that would blank out half of a message."""


def mask(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Replace the values of secret variables, and credentials in addresses, by asterisks."""
    for secret in _secrets(os.environ if environment is None else environment):
        text = text.replace(secret, "***")
    return _CREDENTIALS_IN_URL.sub("***@", text)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what foreign code must not see: secret variables, and how to reach AWS."""
    return {
        name: value
        for name, value in environment.items()
        if not _SECRET_NAME.search(name) and not name.startswith("AWS_")
    }


def _secrets(environment: Mapping[str, str]) -> list[str]:
    """Name the secret values, the longest first, since one may contain another."""
    values = {
        value.strip()
        for name, value in environment.items()
        if _SECRET_NAME.search(name) and len(value.strip()) >= _SHORTEST
    }
    return sorted(values, key=len, reverse=True)
