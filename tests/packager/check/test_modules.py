from __future__ import annotations

import pytest

from packager.check.modules import importable_modules


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        (["numpy/__init__.py", "numpy/core/__init__.py", "numpy/core/x.so"], ("numpy",)),
        (["six.py"], ("six",)),
        (["_cffi.cpython-312-x86_64-linux-gnu.so"], ("_cffi",)),
        (["google/protobuf/__init__.py", "google/protobuf/x.py"], ("google.protobuf",)),
        (["acme/shared/money.py", "acme/shared/__init__.py"], ("acme.shared",)),
        (["acme/loose.py"], ("acme.loose",)),
        (["strategies/nuclear.clj", "config/x.json", "six-1.0.dist-info/METADATA"], ()),
    ],
)
def test_names_packages_and_the_parts_of_namespaces(
    paths: list[str], modules: tuple[str, ...]
) -> None:
    assert importable_modules(paths) == modules
