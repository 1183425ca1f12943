"""Plugins of a stack on AWS are those whose checksums are on record, or are refused."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli.engine.platforms import this_platform
from cli.engine.plugin_recording import PLATFORMS, record_plugins
from cli.engine.plugin_sums import (
    NO_ACQUISITION,
    PluginLock,
    checked_plugins,
    plugin_lock,
)
from cli.engine.versions import plugin_versions
from local.problems import LocalProblem
from tests.cli.programs import program

CONTENT = b"what a release holds"
NAME = "{name}-{version}-{platform}.tar.gz"


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[str]:
    """Serve an archive of every plugin for every platform; give the address of the folder."""
    folder = tmp_path / "releases"
    folder.mkdir()
    for name, version in plugin_versions().items():
        for platform in PLATFORMS:
            with tarfile.open(folder / f"{name}-{version}-{platform}.tar.gz", "w:gz") as packed:
                member = tarfile.TarInfo(f"pulumi-resource-{name}")
                member.size, member.mode = len(CONTENT), 0o755
                packed.addfile(member, io.BytesIO(CONTENT))
    handler = partial(Silent, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def root(tmp_path: Path, releases: str) -> Path:
    """Give a checkout whose lock names that server and records nothing yet."""
    lock = plugin_lock(tmp_path)
    lock.parent.mkdir(parents=True)
    lock.write_text(f'address = "{releases}/{NAME}"\n')
    return tmp_path


def cli_that_installs(root: Path, content: bytes = CONTENT) -> str:
    """Stand in for the CLI, which itself compares the archive it was told to expect."""
    (root / "unpacked").write_bytes(content)
    script = f"""echo "$@" >> {root}/asked
folder=$PULUMI_HOME/plugins/resource-$4-v$5
mkdir -p $folder && cp {root}/unpacked $folder/pulumi-resource-$4"""
    return str(program(root / "bin/pulumi", script))


@pytest.fixture(autouse=True)
def _by_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


def test_recording_writes_down_every_platform(root: Path) -> None:
    record_plugins(root)

    lock = PluginLock.read(root)
    for name, version in plugin_versions().items():
        sums = lock.sums(name, version)
        assert sums is not None
        assert sums.program == hashlib.sha256(CONTENT).hexdigest()
        assert set(lock.plugins[name]) == {"version", *PLATFORMS}
    assert lock.address.endswith(NAME)


def test_what_is_missing_is_installed_by_checksum_and_nothing_else_may_be_fetched(
    root: Path,
) -> None:
    record_plugins(root)

    variables = checked_plugins(root, cli_that_installs(root), root / "home")

    assert variables == NO_ACQUISITION
    asked = (root / "asked").read_text()
    for name, version in plugin_versions().items():
        archive = PluginLock.read(root).sums(name, version).archive  # type: ignore[union-attr]
        assert f"resource {name} {version} --exact --checksum {archive}" in asked


def test_a_plugin_in_a_cache_that_is_another_is_refused(root: Path) -> None:
    record_plugins(root)
    checked_plugins(root, cli_that_installs(root), root / "home")
    (cached,) = (root / "home/plugins").glob("resource-aws-*/pulumi-resource-aws")
    cached.write_bytes(b"what somebody put there")

    with pytest.raises(
        LocalProblem, match=r"was expected to have the SHA-256 .*, found"
    ) as refused:
        checked_plugins(root, cli_that_installs(root), root / "home")

    assert f"Remove {cached.parent}" in str(refused.value)


def test_a_job_takes_nothing_that_is_not_on_record(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(LocalProblem, match=r"No checksum of aws .* and command .* is on record"):
        checked_plugins(root, cli_that_installs(root), root / "home")

    assert not (root / "asked").exists()


def test_a_person_is_told_of_what_is_not_on_record(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked_plugins(root, cli_that_installs(root), root / "home") == {}

    told = capsys.readouterr().err
    assert f"for {this_platform()} is on record" in told
    assert "make lock-plugins" in told


def test_sums_of_another_version_do_not_count(root: Path) -> None:
    record_plugins(root)
    lock = plugin_lock(root)
    lock.write_text(lock.read_text().replace(plugin_versions()["aws"], "1.2.3"))

    assert PluginLock.read(root).sums("aws", plugin_versions()["aws"]) is None


def test_an_archive_that_is_not_to_be_had_leaves_the_record_as_it_was(root: Path) -> None:
    lock = plugin_lock(root)
    lock.write_text(lock.read_text().replace("{platform}", "nowhere"))
    before = lock.read_text()

    with pytest.raises(LocalProblem, match="was expected to be an archive"):
        record_plugins(root)

    assert lock.read_text() == before
