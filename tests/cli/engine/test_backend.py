"""Where the stacks of this machine are kept, and how the CLI is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.engine.backend import backend_url
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.recovery.file_backend import backend_folder


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


def test_each_checkout_has_its_own(work: WorkFolder) -> None:
    assert backend_url(work, {}) == f"file://{work.state}?metadata=skip"


def test_a_shared_one_on_this_machine_is_used(work: WorkFolder) -> None:
    shared = {"PULUMI_BACKEND_URL": "file:///somewhere?no_tmp_dir=true"}

    assert backend_url(work, shared) == "file:///somewhere?no_tmp_dir=true&metadata=skip"


def test_that_of_real_stacks_is_refused(work: WorkFolder) -> None:
    with pytest.raises(LocalProblem, match="s3://company"):
        backend_url(work, {"PULUMI_BACKEND_URL": "s3://company"})


@pytest.mark.parametrize("home", ["my work", "what?", "#1", "100%", "a&b=c", "wörk"])
def test_a_folder_of_any_name_is_found_again(tmp_path: Path, home: str) -> None:
    work = WorkFolder(root=tmp_path, home=tmp_path / home)

    assert backend_folder(backend_url(work, {})) == work.state


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///var/state", "/var/state"),
        ("file:///var/state?metadata=skip", "/var/state"),
        ("file://~/state", "/home/me/state"),
        ("file://~", "/home/me"),
        ("file://state/mine", "{here}/state/mine"),
        ("file://./state", "{here}/state"),
    ],
)
def test_a_url_names_a_folder_as_the_cli_reads_it(
    url: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.chdir(tmp_path)

    assert backend_folder(url) == Path(folder.format(here=tmp_path))
