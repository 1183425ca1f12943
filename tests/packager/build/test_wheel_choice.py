from __future__ import annotations

import pytest

from packager.build.wheel_choice import best_wheel
from packager.target import Target

X86 = Target("3.12")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("x-1-cp312-cp312-manylinux_2_28_x86_64.whl", "x-1-cp37-abi3-manylinux_2_28_x86_64.whl"),
        ("x-1-cp37-abi3-manylinux_2_28_x86_64.whl", "x-1-py3-none-any.whl"),
        ("x-1-cp312-cp312-manylinux_2_34_x86_64.whl", "x-1-cp312-cp312-manylinux2014_x86_64.whl"),
        ("x-1-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", "x-1-py3-none-any.whl"),
        ("x-1-2-py3-none-any.whl", "x-1-1-py3-none-any.whl"),
        ("x-1-2-py3-none-any.whl", "x-1-py3-none-any.whl"),
    ],
)
def test_takes_the_one_that_is_made_for_it_most_of_all(better: str, worse: str) -> None:
    assert best_wheel([better, worse], X86) == best_wheel([worse, better], X86) == better


@pytest.mark.parametrize(
    "name",
    [
        "x-1-cp312-cp312-manylinux_2_35_x86_64.whl",
        "x-1-cp312-cp312-musllinux_1_2_x86_64.whl",
        "x-1-cp312-cp312-manylinux_2_17_aarch64.whl",
        "x-1-cp313-cp313-manylinux_2_17_x86_64.whl",
        "x-1-cp312-cp312-win_amd64.whl",
        "x-1.tar.gz",
    ],
)
def test_takes_none_that_does_not_fit(name: str) -> None:
    assert best_wheel([name], X86) is None
