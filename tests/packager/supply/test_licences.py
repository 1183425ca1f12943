from __future__ import annotations

from pathlib import Path

import pytest

from packager.errors import PackagingError
from packager.supply.licences import (
    LicencePolicy,
    is_allowed,
    licence_faults,
    licence_of,
    read_policy,
)
from tests.packager.supply.shipped import distribution

PERMISSIVE = LicencePolicy(allowed=frozenset({"MIT", "BSD-3-Clause", "Apache-2.0"}))
FILE = Path("pyproject.toml")
BOTH = ("OSI Approved :: BSD License", "OSI Approved :: MIT License")


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND Apache-2.0", True),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", False),
        ("", False),
        ("Ask the author", False),
    ],
)
def test_an_expression_is_met_by_what_is_allowed(expression: str, met: bool) -> None:
    assert is_allowed(expression, PERMISSIVE.allowed) is met


@pytest.mark.parametrize(
    ("licence", "classifiers", "found"),
    [
        ("MIT", ("OSI Approved :: BSD License",), "MIT"),
        ("", ("OSI Approved :: MIT License",), "MIT"),
        ("Apache License, Version 2.0", (), "Apache-2.0"),
        ("Dual License", BOTH, "BSD-3-Clause OR MIT"),
        ("Permission is hereby granted " * 20, ("OSI Approved :: MIT License",), "MIT"),
    ],
)
def test_older_words_for_a_licence_are_understood(
    licence: str, classifiers: tuple[str, ...], found: str
) -> None:
    assert licence_of(distribution(licence, *classifiers)) == found


def test_a_package_under_another_licence_is_named() -> None:
    (fault,) = licence_faults([distribution("GPL-3.0-only", name="viral")], PERMISSIVE)
    assert fault.startswith("viral 1.0: expected a licence that")
    assert "found GPL-3.0-only" in fault


def test_a_package_that_names_no_licence_is_named() -> None:
    (fault,) = licence_faults([distribution(name="silent")], PERMISSIVE)
    assert "found none in its metadata" in fault


def test_a_waiver_holds_for_each_version_and_is_refused_once_nothing_needs_it() -> None:
    policy = LicencePolicy(allowed=PERMISSIVE.allowed, waived={"viral": "used at build time"})
    both = [distribution("GPL-3.0-only", name="viral", version=at) for at in ("1.0", "2.0")]
    assert list(licence_faults(both, policy)) == []
    (fault,) = licence_faults([], policy)
    assert fault.startswith("viral: [tool.packager.licences] waives what does not ship")


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({}, "allowed: expected a list of SPDX identifiers"),
        ({"licences": {"allowed": "MIT"}}, "allowed: expected a list"),
        ({"licences": {"allowed": ["MIT"], "waived": {"viral": " "}}}, "expected a reason"),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused(settings: dict[str, object], fault: str) -> None:
    with pytest.raises(PackagingError, match=fault):
        read_policy(FILE, settings)
