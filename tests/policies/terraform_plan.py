"""Writes a recorded program as the plan of Terraform's provider, which scanners know how to read.

Pulumi's classic AWS provider is Terraform's in another spelling:
https://www.pulumi.com/registry/packages/aws/ and, of the plan's JSON,
https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policies.model import Resource

MAPS = frozenset({"variables", "tags", "tags_all", "dimensions"})
"""Objects that are maps of the program's own keys; all others are blocks, which come in lists."""

SINGULAR = {
    "rules": "rule",
    "attributes": "attribute",
    "global_secondary_indexes": "global_secondary_index",
}
"""Lists of blocks that Pulumi names in the plural."""

NAMED_BY = {
    "bucket": "aws_s3_bucket",
    "role": "aws_iam_role",
    "function_name": "aws_lambda_function",
}
"""Inputs that name another resource, which a scanner follows from one to the other."""


def terraform_plan(resources: Iterable[Resource]) -> dict[str, Any]:
    """Write all of a program's AWS resources."""
    planned = [_planned(resource) for resource in resources if resource.type.startswith("aws:")]
    known = {_identity(entry): entry["address"] for entry in planned}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": [_change(entry) for entry in planned],
        "configuration": {
            "root_module": {"resources": [_configured(entry, known) for entry in planned]}
        },
    }


def terraform_type(token: str) -> str:
    """Spell a type as Terraform does: aws:s3/bucketPolicy:… is aws_s3_bucket_policy."""
    _, place, _ = token.split(":")
    service, _, name = place.partition("/")
    return f"aws_{service}_{snake(name)}"


def snake(name: str) -> str:
    """Spell a name in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _planned(resource: Resource) -> dict[str, Any]:
    kind = terraform_type(resource.type)
    name = re.sub(r"\W", "_", resource.name)
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "values": dict(_values(resource.inputs)),
    }


def _values(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in inputs.items():
        name = snake(key)
        yield SINGULAR.get(name, name), _value(name, value)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value) if name in MAPS else [dict(_values(value))]
    if isinstance(value, list):
        return [dict(_values(item)) if isinstance(item, Mapping) else item for item in value]
    if isinstance(value, float) and value.is_integer():
        # The engine's wire knows no other numbers.
        return int(value)
    # A secret, an archive or an output of the mocks: scanners look at what is plain.
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _identity(entry: Mapping[str, Any]) -> tuple[str, str]:
    values = entry["values"]
    return entry["type"], str(values.get("bucket") or values.get("name") or entry["name"])


def _change(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: entry[key] for key in ("address", "mode", "type", "name", "provider_name")}
    change = {"actions": ["create"], "before": None, "after": entry["values"], "after_unknown": {}}
    return {**kept, "change": change}


def _configured(entry: Mapping[str, Any], known: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    expressions: dict[str, Any] = {}
    for key, kind in NAMED_BY.items():
        address = known.get((kind, str(entry["values"].get(key))))
        if address is not None and address != entry["address"]:
            expressions[key] = {"references": [f"{address}.id", address]}
    return {
        **{key: entry[key] for key in ("address", "mode", "type", "name")},
        "provider_config_key": "aws",
        "expressions": expressions,
        "schema_version": 0,
    }
