"""Writes CycloneDX bills of materials of what shipped, the same bytes for the same artifacts.

The format: https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packager.supply.inventory import Inventory, ShippedDistribution

SPEC_VERSION = "1.6"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:packager:bill")

Bill = Mapping[str, Any]


def bill_of(inventory: Inventory) -> Bill:
    """List one artifact: its distributions with their files, then our own files."""
    artifact = inventory.artifact
    subject = {
        **_named("application", f"{artifact.name}@{artifact.key}", artifact.name),
        "version": artifact.key[:12],
        "hashes": _hashes(artifact.sha256),
    }
    return _bill(artifact.sha256, subject, list(_parts(inventory)))


def bill_of_system(name: str, inventories: Sequence[Inventory]) -> Bill:
    """List a whole system: each artifact, with what is in it."""
    parts = [
        {
            **_named(
                "application", f"{each.artifact.name}@{each.artifact.key}", each.artifact.name
            ),
            "version": each.artifact.key[:12],
            "hashes": _hashes(each.artifact.sha256),
            "components": list(_parts(each, f"{each.artifact.name}/")),
        }
        for each in inventories
    ]
    digest = "\n".join(each.artifact.sha256 for each in inventories)
    return _bill(digest, _named("application", name, name), parts)


def _bill(identity: str, subject: Mapping[str, Any], components: Sequence[object]) -> Bill:
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC_VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "serialNumber": uuid.uuid5(_NAMESPACE, identity).urn,
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
    }


def _parts(inventory: Inventory, within: str = "") -> Iterator[Mapping[str, Any]]:
    for distribution in inventory.distributions:
        yield {
            **_named("library", f"{within}{_purl(distribution)}", distribution.name),
            "version": distribution.version,
            "purl": _purl(distribution),
            **_licences(distribution),
            "components": list(_files(distribution.files, within)),
        }
    yield from _files(inventory.own_files, within)


def _licences(distribution: ShippedDistribution) -> Mapping[str, Any]:
    said = distribution.licence.splitlines()[0][:200] if distribution.licence else ""
    names = [said] if said else list(distribution.classifiers)
    return {"licenses": [{"license": {"name": name}} for name in names]} if names else {}


def _files(files: Mapping[str, str], within: str) -> Iterator[Mapping[str, Any]]:
    for path, digest in sorted(files.items()):
        yield {**_named("file", f"{within}file:{path}", path), "hashes": _hashes(digest)}


def _named(kind: str, reference: str, name: str) -> dict[str, Any]:
    return {"type": kind, "bom-ref": reference, "name": name}


def _hashes(sha256: str) -> list[Mapping[str, str]]:
    return [{"alg": "SHA-256", "content": sha256}]


def _purl(distribution: ShippedDistribution) -> str:
    return f"pkg:pypi/{distribution.name}@{distribution.version}"
