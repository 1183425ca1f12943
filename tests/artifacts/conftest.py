"""The real system's seventeen zips, built once for all tests of a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from packager.build.system import build_system
from packager.store.output import Output, output_folder
from packager.system import load_system
from packager.target import Target
from tests.artifacts.built_system import BuiltSystem

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built() -> BuiltSystem:
    target, folder = Target(), output_folder(ROOT)
    layers, functions = build_system(ROOT, load_system(ROOT), folder)
    return BuiltSystem(layers, functions, target, Output(folder))
