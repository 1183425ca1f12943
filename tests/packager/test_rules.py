"""Holds the bytes that the current rules version stands for.

When one of these fails, the rules or the compressor changed: raise RULES_VERSION, so that every key
changes with them, and write the new digest here.
"""

from __future__ import annotations

import random
import zipfile
from dataclasses import replace

import deflate
import pytest

from packager.build.compression import compress, require_known_release
from packager.errors import PackagingError
from packager.rules import RULES_VERSION
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

SOURCES = {6: "46841bf839c31df354b036a0f5cd7dc9c01f36a6310723f7c112e6fa488dce48"}
WHEELS = {6: "39df5fb1d331cc2bc7788f2d4ccfe2d4baed31786a6b0b3b05bbe4fdf5b6e1eb"}


def test_bytes_of_a_planted_layer_belong_to_the_rules_version(project: Project) -> None:
    words = random.Random(7).choices(["alpha", "beta", "gamma", "\n", " = ", "0.1"], k=60_000)
    project.write("the_alchemiser/shared/large.py", "# " + "".join(words).replace("\n", "\n# "))
    project.write("the_alchemiser/shared/small.py", "x = 1\n")
    project.write("the_alchemiser/shared/rules.clj", "(defsymphony)\n" * 50)
    project.write("the_alchemiser/shared/notes.md", "# never ships\n")
    assert project.build(sources_layer()).sha256 == SOURCES[RULES_VERSION]


def test_bytes_of_a_planted_wheel_belong_to_the_rules_version(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add(
        "tiny",
        {
            "tiny/__init__.py": "A = 1\n",
            "tiny/tests/test_a.py": "",
            "tiny/table.csv": "1,2\n" * 9,
            "tiny-1.0.data/scripts/tiny": "#!python\nprint(1)\n",
        },
        # What is stored is compressed here, so that no release of zlib has a say in it.
        method=zipfile.ZIP_STORED,
    )
    spec = replace(project.lock("first", wheel), keep=("bin/tiny",))
    assert project.build(spec).sha256 == WHEELS[RULES_VERSION]


def test_refuses_another_release_of_the_compressor(monkeypatch: pytest.MonkeyPatch) -> None:
    require_known_release()
    monkeypatch.setattr(deflate, "__version__", "9.9.9")
    with pytest.raises(PackagingError, match=r"expected release .*, found 9\.9\.9.*RULES_VERSION"):
        require_known_release()


def test_compresses_the_same_content_to_the_same_bytes_on_every_call() -> None:
    content = bytes(random.Random(1).choices(range(8), k=100_000))
    assert len({compress(content).payload for _ in range(5)}) == 1
