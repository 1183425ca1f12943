"""Holds what ships to the licences that a project accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packager.errors import PackagingError
from packager.supply.inventory import ShippedDistribution
from packager.supply.waivers import read_waivers

_CLASSIFIED = {
    "OSI Approved :: Apache Software License": "Apache-2.0",
    "OSI Approved :: BSD License": "BSD-3-Clause",
    "OSI Approved :: ISC License (ISCL)": "ISC",
    "OSI Approved :: MIT License": "MIT",
    "OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "OSI Approved :: Python Software Foundation License": "PSF-2.0",
    "OSI Approved :: The Unlicense (Unlicense)": "Unlicense",
}
"""Trove classifiers, and the SPDX licence that each means: https://spdx.org/licenses/"""

_SPELLED = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache Software License v2": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Simplified BSD": "BSD-2-Clause",
}

_LONGEST_NAME = 200
"""Some metadata has a licence's whole text where its name belongs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LicencePolicy:
    """Which licences may ship."""

    allowed: frozenset[str]
    """SPDX identifiers."""
    waived: Mapping[str, str] = field(default_factory=dict)
    """Reasons, by package, why it may ship all the same."""


def read_policy(file: Path, settings: Mapping[str, Any]) -> LicencePolicy:
    """Read `[tool.packager.licences]`: `allowed`, a list, and `waived`, a reason by package."""
    found = settings.get("licences", {})
    allowed = found.get("allowed", [])
    where = f"{file}: [tool.packager.licences]"
    if not isinstance(allowed, list) or not allowed:
        raise PackagingError(f"{where} allowed: expected a list of SPDX identifiers, found none")
    waived = read_waivers(file, settings, "licences")
    return LicencePolicy(allowed=frozenset(map(str, allowed)), waived=waived)


def licence_of(distribution: ShippedDistribution) -> str:
    """Say a package's licence as an SPDX expression; its own words where they are none."""
    said = distribution.licence.partition("\n")[0].strip()
    classified = [_CLASSIFIED.get(name, name) for name in distribution.classifiers]
    if said == "Dual License":
        return " OR ".join(classified)
    if not said or len(said) > _LONGEST_NAME:
        return " AND ".join(classified)
    return _SPELLED.get(said, said)


def licence_faults(
    distributions: Iterable[ShippedDistribution], policy: LicencePolicy
) -> Iterator[str]:
    """Name each package whose licence the policy does not allow, and each waiver without use."""
    unused = dict(policy.waived)
    for distribution in distributions:
        expression = licence_of(distribution)
        if unused.pop(distribution.name, None) or distribution.name in policy.waived:
            continue
        if not is_allowed(expression, policy.allowed):
            yield (
                f"{distribution.name} {distribution.version}: expected a licence that "
                f"[tool.packager.licences] allows, found {expression or 'none in its metadata'}. "
                "Take another package, allow the licence, or waive this one with its reason."
            )
    for name in sorted(unused):
        yield f"{name}: [tool.packager.licences] waives what does not ship. Take that line out."


def is_allowed(expression: str, allowed: frozenset[str]) -> bool:
    """Tell whether an SPDX expression can be met with the allowed licences alone."""
    # Only who asks for licences pays for the parser and its table.
    from license_expression import (  # type: ignore[import-untyped]
        ExpressionError,
        get_spdx_licensing,
    )

    licensing = get_spdx_licensing()
    try:
        parsed = licensing.parse(expression, validate=True)
    except (ExpressionError, TypeError):
        return expression in allowed
    return parsed is not None and _is_met(parsed, allowed)


def _is_met(parsed: Any, allowed: frozenset[str]) -> bool:
    parts = [_is_met(part, allowed) for part in getattr(parsed, "args", ())]
    if not parts:
        return str(parsed.render()) in allowed
    if str(parsed.operator).strip().upper() == "OR":
        return any(parts)
    return all(parts)
