"""Credentials, read when they are needed and kept out of everything that is written."""

from __future__ import annotations

import json
from functools import cache

from the_alchemiser.shared.aws import aws_errors, client
from the_alchemiser.shared.errors import ConfigurationError
from the_alchemiser.shared.logs import redact


@cache
def read_secret(arn: str, *names: str) -> dict[str, str]:
    """Return the fields of a Secrets Manager secret, `names` at least, once per warm container."""
    with aws_errors(f"read the secret {arn}"):
        text = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(item, str) for item in fields.values()):
        raise ConfigurationError(f"{arn}: expected a JSON object of strings in the secret")
    for value in fields.values():
        redact(value)
    if not all(fields.get(name) for name in names):
        found = sorted(name for name, value in fields.items() if value)
        raise ConfigurationError(
            f"{arn}: expected the fields {', '.join(names)} in the secret, "
            f"found {', '.join(found) or 'none'}"
        )
    return fields
