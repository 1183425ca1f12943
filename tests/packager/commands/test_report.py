"""`python -m packager report --base REV`, in a repository of its own."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.packager.projects import Project
from tests.packager.test_commands import Run, run, system
from tests.packager.wheelhouse import Wheelhouse

__all__ = ["run", "system"]

pytestmark = pytest.mark.integration


@pytest.fixture
def committed(system: Project) -> Project:
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        who = ["-c", "user.name=t", "-c", "user.email=t@t.test"]
        subprocess.run(["git", *who, *command], cwd=system.root, check=True)
    return system


def report(run: Run) -> dict[str, Any]:
    done = run("report", "--base", "HEAD", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def changed(found: dict[str, Any]) -> dict[str, tuple[bool, list[str]]]:
    return {
        f"{it['kind']} {it['name']}": (it["rebuilt"], it["repointed"])
        for it in found["weights"]
        if it["rebuilt"] or it["repointed"]
    }


def test_nothing_changed_is_told_as_such(run: Run, committed: Project) -> None:
    assert run("report", "--base", "HEAD").stdout.endswith("every key is the one of HEAD.\n")


def test_a_line_of_one_function_rebuilds_that_one(run: Run, committed: Project) -> None:
    committed.write("functions/greet/the_alchemiser/greet/__init__.py", "A = 1\n")
    found = report(run)
    assert changed(found) == {"function greet": (True, [])}
    (cause,) = found["causes"]
    assert (cause["what"], list(cause["reached"])) == (
        "the_alchemiser/greet/__init__.py",
        ["greet"],
    )


def test_shared_code_tells_who_imports_it_from_who_carries_it(run: Run, committed: Project) -> None:
    committed.write("the_alchemiser/shared/unused.py", "A = 1\n")
    committed.write("the_alchemiser/shared/money.py", "A = 2\n")
    found = report(run)
    assert changed(found) == {
        "layer shared": (True, []),
        "function greet": (False, ["shared"]),
        "function leave": (False, ["shared"]),
    }
    money, unused = found["causes"]
    assert list(money["reached"]) == ["greet", "leave"]
    assert money["reached"]["greet"][-1] == "the_alchemiser.shared.money"
    assert (unused["reached"], unused["carried"]) == ({}, ["greet", "leave"])


def test_a_pin_tells_its_versions_bytes_and_users(
    run: Run, committed: Project, wheelhouse: Wheelhouse
) -> None:
    committed.lock("first", wheelhouse.add("tiny", {"tiny.py": "A = 1\n" * 50}, version="2.0"))
    found = report(run)
    assert changed(found)["layer first"] == (True, [])
    assert changed(found)["function leave"] == (False, ["first"])
    (move,) = found["packages"]
    assert (move["package"], move["before"], move["after"]) == ("tiny", "1.0", "2.0")
    (layer,) = [it for it in found["weights"] if it["name"] == "first"]
    before, after = layer["unzipped_bytes"]
    assert after - before == 300 + len("300") - len("0"), "the file, and its row in RECORD"
    assert list(found["causes"][0]["reached"]) == ["greet", "leave"]
    markdown = run("report", "--base", "HEAD").stdout
    assert "| tiny | 1.0 | 2.0 | first |" in markdown
    assert "1 rebuilt, 2 only pointed at other layers, 2 as they were." in markdown


def test_what_is_neither_a_file_nor_a_pin_is_a_cause_too(
    run: Run, committed: Project, wheelhouse: Wheelhouse
) -> None:
    lock = committed.root / "layers/first/requirements.txt"
    lock.write_text(lock.read_text() + "# of another index\n")
    found = report(run)
    assert changed(found)["layer first"] == (True, [])
    (cause,) = found["causes"]
    assert cause["what"] == "hashes or markers in the lock of first"
    assert "| hashes or markers in the lock of first | " in run("report", "--base", "HEAD").stdout


def test_a_base_that_is_no_commit_is_named(run: Run, committed: Project) -> None:
    done = run("report", "--base", "nope")
    assert (done.returncode, done.stdout) == (1, "")
    assert "report: 'nope' is no commit of this repository" in done.stderr
