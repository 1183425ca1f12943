from __future__ import annotations

import pytest

from packager.errors import LockError
from packager.inputs.requirements import normalised, pinned, read_requirements

A, B = "a" * 64, "b" * 64


def read(lock: str | bytes):  # type: ignore[no-untyped-def]
    return read_requirements(lock, where="layer first")


def test_each_version_of_a_package_is_read_with_its_marker() -> None:
    lock = (
        "# numpy==1.0\n"
        f"numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:{A}\n"
        f"numpy==2.5.5 ; python_full_version >= '3.12' \\\n    --hash=sha256:{B}\n"
        f"six==1.17.0 \\\n    --hash=sha256:{A} \\\n    --hash=sha256:{B}\n"
    )
    assert pinned(read(lock)) == {
        "numpy": "2.4.6 ; python_full_version < '3.12' | 2.5.5 ; python_full_version >= '3.12'",
        "six": "1.17.0",
    }
    assert read(lock)[2].hashes == {A, B}


@pytest.mark.parametrize("spelled", ["Boto3", "boto3[crt]", "BOTO3[crt, x]", "boto3 [crt]"])
def test_names_are_compared_in_one_spelling_without_extras(spelled: str) -> None:
    (found,) = read(f"{spelled}==1.0 --hash=sha256:{A}\n")
    assert found.name == "boto3"


@pytest.mark.parametrize("name", ["A.b_c--D", "a-b-c-d", "A_B.c-d"])
def test_dots_underscores_and_hyphens_are_the_same(name: str) -> None:
    assert normalised(name) == "a-b-c-d"


@pytest.mark.parametrize(
    "option",
    ["--index-url https://x.example", "-i https://x.example", "--find-links=/x", "-e .", "-r more"],
)
def test_where_packages_come_from_is_no_part_of_a_lock(option: str) -> None:
    with pytest.raises(LockError, match=r"layer first: .* no part of a lock"):
        read(f"{option}\nsix==1.17.0 --hash=sha256:{A}\n")


@pytest.mark.parametrize(
    "line",
    [
        *("boto3 @ https://x.example/boto3.whl", "six>=1.0", "six", "six==1.0,<2", "./wheel.whl"),
        *("six==1.*", "six===1.0"),
    ],
)
def test_what_is_not_an_exact_pin_is_named(line: str) -> None:
    with pytest.raises(LockError, match=r"layer first: expected NAME==VERSION, found '"):
        read(f"{line} --hash=sha256:{A}\n")


def test_a_pin_without_a_hash_is_named() -> None:
    with pytest.raises(LockError, match=r"six==1\.17\.0 with the hashes of its files, found none"):
        read("six==1.17.0\n")


def test_byte_order_marks_and_windows_line_ends_change_nothing() -> None:
    lock = f"six==1.17.0 \\\r\n    --hash=sha256:{A}\r\n".encode("utf-8-sig")
    assert pinned(read(lock)) == {"six": "1.17.0"}


def test_a_lock_that_is_not_utf_8_is_named() -> None:
    with pytest.raises(LockError, match="layer first: expected UTF-8"):
        read(b"six==1.0 # \xff")
