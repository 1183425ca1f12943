from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from packager.errors import ArchiveError
from packager.supply.inventory import take_inventory
from tests.packager.supply.shipped import artifact, package


def test_every_file_has_one_owner_and_the_digest_of_what_shipped(tmp_path: Path) -> None:
    files = {**package("Zope.Tiny", "1.0", "zope/tiny.py"), "python/ours/money.py": "A = 1\n"}
    inventory = take_inventory(artifact(tmp_path, files))
    (tiny,) = inventory.distributions
    assert (tiny.name, tiny.version) == ("zope-tiny", "1.0")
    assert dict(inventory.own_files) == {
        "python/ours/money.py": hashlib.sha256(b"A = 1\n").hexdigest()
    }
    assert sorted([*tiny.files, *inventory.own_files]) == sorted(files)
    assert tiny.files["python/zope/tiny.py"] == hashlib.sha256(b"# zope/tiny.py\n").hexdigest()


def test_a_package_that_does_not_say_what_shipped_is_refused(tmp_path: Path) -> None:
    files = package("tiny", "1.0", "tiny.py")
    del files["python/tiny-1.0.dist-info/RECORD"]
    with pytest.raises(ArchiveError, match=r"expected python/tiny-1\.0\.dist-info/RECORD"):
        take_inventory(artifact(tmp_path, files))


def test_a_zip_of_our_own_code_has_no_packages(tmp_path: Path) -> None:
    inventory = take_inventory(artifact(tmp_path, {"app/handler.py": ""}))
    assert inventory.distributions == ()
    assert list(inventory.own_files) == ["app/handler.py"]
