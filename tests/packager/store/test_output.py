from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from packager.build import packing
from packager.errors import SpaceError
from packager.store.output import Output, output_folder, reporting_full_disk
from tests.packager.projects import Project, sources_layer

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_gives_one_error_and_leaves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    project.write("the_alchemiser/shared/money.py")
    monkeypatch.setattr(packing, "write_archive", full)
    with pytest.raises(SpaceError) as refused:
        project.build(sources_layer())
    assert "the disk is full" in str(refused.value)
    assert "PACKAGER_HOME" in str(refused.value)
    assert project.leftovers == []


def test_other_errors_of_the_system_stay_themselves(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError(errno.EIO, "disk broken")

    project.write("the_alchemiser/shared/money.py")
    monkeypatch.setattr(packing, "write_archive", broken)
    with pytest.raises(OSError, match="disk broken"):
        project.build(sources_layer())
    assert project.leftovers == []


def test_recovers_after_a_full_disk(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    test_a_full_disk_gives_one_error_and_leaves_nothing(project, monkeypatch, errno.ENOSPC)
    monkeypatch.undo()
    assert project.build(sources_layer()).path.exists()


def test_sweeps_the_workspace_of_a_build_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from packager.store.output import Output\n"
        "with Output(Path(sys.argv[1])).workspace() as work:\n"
        "    (work / 'half').write_text('x'); print(work, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        killed = Path(child.stdout.readline().strip())
        with Output(tmp_path).workspace():
            assert (killed / "half").exists(), "a living build's workspace must stay"
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert killed.exists()
    with Output(tmp_path).workspace():
        assert not killed.exists()


def test_builds_of_the_same_key_wait_for_each_other(tmp_path: Path) -> None:
    output = Output(tmp_path)
    slot = output.slot("layers", "first", "k")
    events: list[str] = []
    entered = threading.Event()

    def second() -> None:
        entered.set()
        with Output(tmp_path).building(slot):
            events.append("second")

    with output.building(slot):
        other = threading.Thread(target=second)
        other.start()
        entered.wait()
        other.join(timeout=0.05)
        events.append("first")
    other.join()
    assert events == ["first", "second"]


def test_output_is_where_the_project_says_and_the_user_may_say_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PACKAGER_HOME", "MY_HOME"):
        monkeypatch.delenv(name, raising=False)
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.packager]\n")
    assert output_folder(tmp_path) == tmp_path / ".packager/build"
    project.write_text('[tool.packager]\nhome = "${MY_HOME:-.work}"\n')
    assert output_folder(tmp_path) == tmp_path / ".work/build"
    monkeypatch.setenv("MY_HOME", str(tmp_path / "mine"))
    assert output_folder(tmp_path) == tmp_path / "mine/build"
    monkeypatch.setenv("PACKAGER_HOME", str(tmp_path / "elsewhere"))
    assert output_folder(tmp_path / "x") == tmp_path / "elsewhere/build"


@pytest.mark.parametrize("error", [errno.EACCES, errno.EROFS])
def test_a_folder_that_may_not_be_written_gives_one_error(tmp_path: Path, error: int) -> None:
    with (
        pytest.raises(SpaceError, match=rf"{tmp_path}: expected a place that can be written"),
        reporting_full_disk(tmp_path),
    ):
        raise OSError(error, os.strerror(error), str(tmp_path))
