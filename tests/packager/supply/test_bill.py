from __future__ import annotations

import json
from pathlib import Path

from cyclonedx.schema import SchemaVersion

from packager.supply.bill import Bill, bill_of, bill_of_system
from packager.supply.inventory import take_inventory
from tests.packager.supply.shipped import artifact, package

FILES = {
    **package("tiny", "1.0", "tiny/__init__.py", metadata="License-Expression: MIT\n"),
    **package("wordy", "2.0", "wordy.py", metadata="License: " + "Permission " * 40 + "\n"),
    **package("silent", "3.0", "silent.py"),
    "python/ours.py": "",
}


def require_valid(bill: Bill) -> None:
    # Loading it compiles forty grammars, two seconds that no other test needs.
    from cyclonedx.validation.json import JsonStrictValidator

    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    assert found is None, found


def test_the_bill_of_a_zip_is_valid_against_the_schema(tmp_path: Path) -> None:
    require_valid(bill_of(take_inventory(artifact(tmp_path, FILES))))


def test_the_bill_of_a_system_is_valid_where_a_package_ships_twice(tmp_path: Path) -> None:
    both = [take_inventory(artifact(tmp_path, FILES, name)) for name in ("first", "second")]
    bill = bill_of_system("two", both)
    require_valid(bill)
    assert [part["name"] for part in bill["components"]] == ["first", "second"]


def test_a_bill_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    inventory = take_inventory(artifact(tmp_path, FILES))
    parts = bill_of(inventory)["components"]
    files = {
        file["name"]: file["hashes"][0]["content"]
        for part in parts
        for file in (part.get("components") or [part])
    }
    assert sorted(files) == sorted(FILES)
    assert [part["purl"] for part in parts if part["type"] == "library"] == [
        "pkg:pypi/silent@3.0",
        "pkg:pypi/tiny@1.0",
        "pkg:pypi/wordy@2.0",
    ]


def test_equal_artifacts_have_equal_bills(tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    for folder in (once, again):
        folder.mkdir()
    first = bill_of(take_inventory(artifact(once, FILES)))
    assert first == bill_of(take_inventory(artifact(again, FILES)))
    other = bill_of(take_inventory(artifact(again, {"python/ours.py": "B = 2"})))
    assert other["serialNumber"] != first["serialNumber"]
