"""The official engine is used where it is there, and one is built where it is not."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from cli.engine.build import engine_key
from cli.engine.selection import ensure_engine
from cli.engine.versions import plugin_versions
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from tests.cli.programs import program

ROOT = Path(__file__).parents[3]

GO = """
case "$1 $2" in
"env GOVERSION") echo go1.99.1 ;;
"list -m") echo {sdk} ;;
*) echo built >> {calls}; while [ "$1" != -o ]; do shift; done; echo program > $2 ;;
esac
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkFolder:
    for module in ("cli", "language"):
        folder = tmp_path / "cli/engine/go" / module
        folder.mkdir(parents=True)
        (folder / "go.sum").write_text("sums")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    monkeypatch.delenv("ALCHEMISER_PROVIDERS", raising=False)
    monkeypatch.setenv("ALCHEMISER_RELEASES", "none")
    for lock in ("cli/engine/release.toml", "cli/engine/plugins.toml"):
        (tmp_path / lock).write_text((ROOT / lock).read_text())
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


def on_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")
    return path


def with_go(work: WorkFolder, monkeypatch: pytest.MonkeyPatch, script: str = GO) -> Path:
    sdk = work.root / "sdk"
    (sdk / "python/cmd").mkdir(parents=True)
    (sdk / "python/cmd/pulumi-language-python-exec").write_text("launcher")
    text = script.format(sdk=sdk, calls=work.root / "calls")
    return on_path(program(work.root / "go-bin/go", text), monkeypatch)


def with_pulumi(work: WorkFolder, monkeypatch: pytest.MonkeyPatch, version: str) -> Path:
    script = f'[ "$1" = version ] && echo v{version} || exit 1'
    return on_path(program(work.root / "bin/pulumi", script), monkeypatch)


def with_plugins(work: WorkFolder) -> None:
    for name, version in plugin_versions().items():
        (work.root / f"user/.pulumi/plugins/resource-{name}-v{version}").mkdir(parents=True)


def test_a_machine_with_pulumi_gets_the_same_providers_as_every_other(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = with_pulumi(work, monkeypatch, "3.260.1")
    with_plugins(work)

    engine = ensure_engine(work)

    assert (engine.cli, engine.official, engine.attached) == (cli, True, True)


def test_official_providers_are_used_where_they_are_asked_for(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = with_pulumi(work, monkeypatch, "3.260.1")
    with_plugins(work)
    monkeypatch.setenv("ALCHEMISER_PROVIDERS", "official")

    engine = ensure_engine(work)

    assert (engine.cli, engine.official, engine.attached) == (cli, True, False)
    assert "official plugins" in engine.description
    assert (work.pulumi_home / "plugins").resolve() == work.root / "user/.pulumi/plugins"


def test_official_providers_that_are_not_to_be_had_are_not_replaced_in_silence(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pulumi(work, monkeypatch, "3.250.0")
    monkeypatch.setenv("ALCHEMISER_PROVIDERS", "official")

    with pytest.raises(LocalProblem, match="the plugins are not to be had here"):
        ensure_engine(work)


def test_no_other_providers_are_known(work: WorkFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALCHEMISER_PROVIDERS", "oficial")

    with pytest.raises(LocalProblem, match="expected to be attached or official"):
        ensure_engine(work)


def test_plugins_that_were_refused_are_asked_for_again_on_another_day(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = work.root / "asked"
    script = f'case $1 in version) echo v3.250.0 ;; *) echo "$*" >> {asked}; exit 1 ;; esac'
    on_path(program(work.root / "bin/pulumi", script), monkeypatch)
    monkeypatch.setenv("ALCHEMISER_PROVIDERS", "official")
    for _ in range(2):
        with pytest.raises(LocalProblem):
            ensure_engine(work)
    once = asked.read_text()
    yesterday = time.time() - 2 * 86_400
    os.utime(work.engine / "plugins-not-to-be-had", (yesterday, yesterday))

    with pytest.raises(LocalProblem):
        ensure_engine(work)

    assert "plugin install resource aws" in once
    assert asked.read_text() == once * 2


def test_an_answer_that_was_kept_in_part_only_is_asked_for_again(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pulumi(work, monkeypatch, "3.250.0")
    work.engine.mkdir(parents=True)
    (work.engine / "official.json").write_text('{"mark": [')

    assert ensure_engine(work).official


def test_an_old_cli_is_not_used(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_go(work, monkeypatch)
    with_pulumi(work, monkeypatch, "3.100.0")

    assert not ensure_engine(work).official
    assert "is older than 3.250" in capsys.readouterr().err


def test_the_engine_is_built_once(work: WorkFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with_go(work, monkeypatch)

    built = ensure_engine(work)

    assert ensure_engine(work) == built
    assert built.attached
    assert len((work.root / "calls").read_text().splitlines()) == 2
    assert {file.name for file in built.cli.parent.iterdir()} == {
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
    }


def test_where_neither_is_to_be_had_both_ways_are_named(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_go(work, monkeypatch, '[ "$1" = env ] && echo go1.99.1 || {{ echo refused; exit 1; }}')

    with pytest.raises(LocalProblem, match=r"(?s)refused.*two ways.*1\. install.*2\. let"):
        ensure_engine(work)

    assert [path for path in work.engine.iterdir() if path.is_dir()] == []


def test_a_disk_that_fills_up_is_named_and_the_next_run_goes_on(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = "write: No space left on device"
    script = f'[ "$1" = env ] && echo go1.99.1 || {{{{ echo "{full}"; exit 1; }}}}'
    with monkeypatch.context() as patched:
        go = with_go(work, patched, script)
        with pytest.raises(LocalProblem, match="is full"):
            ensure_engine(work)
    sdk, calls = work.root / "sdk", work.root / "calls"
    program(go, GO.format(sdk=sdk, calls=calls))
    on_path(go, monkeypatch)

    assert ensure_engine(work).cli.exists()


def test_an_engine_is_named_by_what_decides_its_bytes(work: WorkFolder) -> None:
    before = engine_key(work.root)
    (work.root / "cli/engine/go/cli/go.sum").write_text("other sums")

    assert engine_key(work.root) != before
    assert len(before) == len(hashlib.sha256().hexdigest()) // 4
