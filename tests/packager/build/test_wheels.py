from __future__ import annotations

from pathlib import Path

import pytest

from packager.build import wheels
from packager.build.wheels import install
from packager.errors import InstallError, SpaceError
from packager.target import Target


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for uv: half-fill the target, say what the test says, and fail."""
    uv = tmp_path / "uv"
    uv.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {tmp_path}/calls\n'
        f"mkdir -p {tmp_path}/into/half\n"
        f"cat {tmp_path}/says >&2\n"
        "exit 2\n"
    )
    uv.chmod(0o755)
    monkeypatch.setattr(wheels, "uv_executable", lambda: str(uv))
    return tmp_path


def run(folder: Path, says: str) -> None:
    (folder / "says").write_text(says)
    install(folder / "lock.txt", Target(), folder / "into", layer="first")


def test_a_full_disk_is_told_as_such(failing: Path) -> None:
    with pytest.raises(SpaceError, match="the disk is full"):
        run(failing, "error: failed to write: No space left on device (os error 28)")


@pytest.mark.parametrize(
    ("says", "advice"),
    [
        ("Hash mismatch for `tiny==1.0`", "do not trust the index"),
        ("Because tiny==1.0 has no usable wheels", "Lock a release that has one"),
        ("In `--require-hashes` mode, all requirements must", "has no hash or no exact version"),
        ("Failed to fetch: `https://index.example/tiny/`", "index could not be reached"),
    ],
)
def test_advice_follows_what_uv_says(failing: Path, says: str, advice: str) -> None:
    with pytest.raises(InstallError) as refused:
        run(failing, says)
    assert "layer first: uv could not install" in str(refused.value)
    assert says in str(refused.value)
    assert advice in str(refused.value)


def test_credentials_of_an_index_are_not_in_the_error(failing: Path) -> None:
    with pytest.raises(InstallError) as refused:
        run(failing, "Failed to fetch: `https://me:s3cr3t@index.example/`")
    assert "s3cr3t" not in str(refused.value)


def test_asks_the_cache_before_the_index_and_only_for_wheels(failing: Path) -> None:
    with pytest.raises(InstallError):
        run(failing, "no")
    first, second = (failing / "calls").read_text().splitlines()
    assert first == f"{second} --offline"
    for flag in ("--only-binary :all:", "--require-hashes", "--no-compile"):
        assert flag in second
    assert "--python-version 3.12 --python-platform x86_64-manylinux_2_34" in second
