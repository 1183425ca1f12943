from __future__ import annotations

import pytest

from packager.errors import SourceError
from packager.target import Target


@pytest.mark.parametrize(
    ("python", "architecture", "platform", "glibc"),
    [
        ("3.11", "x86_64", "x86_64-manylinux2014", (2, 26)),
        ("3.12", "x86_64", "x86_64-manylinux_2_34", (2, 34)),
        ("3.13", "arm64", "aarch64-manylinux_2_34", (2, 34)),
    ],
)
def test_platform_follows_the_runtime(
    python: str, architecture: str, platform: str, glibc: tuple[int, int]
) -> None:
    target = Target(python, architecture)
    assert (target.platform, target.glibc) == (platform, glibc)


@pytest.mark.parametrize("python", ["3", "3.12.1", "2.7", "3.99", "latest", ""])
def test_refuses_what_no_runtime_is(python: str) -> None:
    with pytest.raises(SourceError, match=r"python: expected one of 3\.11, 3\.12"):
        Target(python)


def test_refuses_an_architecture_that_lambda_does_not_have() -> None:
    with pytest.raises(SourceError, match="expected one of x86_64, arm64, found 'amd64'"):
        Target("3.12", "amd64")
