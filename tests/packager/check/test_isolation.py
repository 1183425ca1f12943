from __future__ import annotations

import sys
from pathlib import Path

import pytest

from packager.check import isolation
from packager.check.interpreters import Interpreter
from packager.check.isolation import Place, run_isolated

PYTHON = Interpreter(sys.executable, f"3.{sys.version_info[1]}.0")


def run(statement: str, folder: Path) -> str | None:
    place = Place(task=folder / "task", opt=folder / "opt", handler="app.lambda_handler.handle")
    for part in (place.task, place.opt):
        part.mkdir(exist_ok=True)
    return run_isolated(PYTHON, statement, [place.task], place)


def test_says_the_last_line_of_what_went_wrong(tmp_path: Path) -> None:
    assert run("1 / 0", tmp_path) == "ZeroDivisionError: division by zero"


def test_says_how_it_ended_when_nothing_was_said(tmp_path: Path) -> None:
    assert run("import os; os._exit(7)", tmp_path) == "ended with status 7"


@pytest.mark.parametrize(
    "ending",
    ["import sys; sys.exit(0)", "import os; os._exit(0)", "raise SystemExit", "quit()"],
)
def test_an_end_before_the_end_is_no_success(tmp_path: Path, ending: str) -> None:
    said = run(f"import builtins, site; {ending}", tmp_path)
    assert said is not None
    assert said.startswith(("it ended the process before the import was done", "NameError"))


def test_gives_up_on_what_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_TIMEOUT_S", 0.2)
    assert run("import time; time.sleep(60)", tmp_path) == "took longer than 0.2 s"


def test_writes_no_byte_code_next_to_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "task").mkdir()
    (tmp_path / "task/module.py").write_text("")
    assert run("import module", tmp_path) is None
    assert list(tmp_path.rglob("*.pyc")) == []


@pytest.mark.parametrize(
    "writing",
    [
        "open(module.__file__ + '.log', 'w')",
        "open(module.__file__, 'a')",
        "import os; os.mkdir(os.path.dirname(module.__file__) + '/cache')",
        "import os; os.remove(module.__file__)",
        "open('state.json', 'w')",
        "open('/var/alchemy-of-a-check', 'w')",
    ],
)
def test_only_tmp_can_be_written(tmp_path: Path, writing: str) -> None:
    (tmp_path / "task").mkdir()
    (tmp_path / "task/module.py").write_text("")
    said = run(f"import module; {writing}", tmp_path)
    assert said is not None
    assert "Read-only file system" in said
    assert sorted(path.name for path in (tmp_path / "task").iterdir()) == ["module.py"]


def test_tmp_is_there_to_be_written_and_is_empty(tmp_path: Path) -> None:
    statement = (
        "import os, tempfile; folder = tempfile.gettempdir(); assert os.listdir(folder) == []; "
        "open(folder + '/cache', 'w').write('x'); open(folder + '/cache').read()"
    )
    assert run(statement, tmp_path) is None


def test_the_working_folder_is_the_functions_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    assert run("open('config.json')", tmp_path) == (
        "FileNotFoundError: [Errno 2] No such file or directory: 'config.json'"
    )
    (tmp_path / "task/config.json").write_text("{}")
    assert run("open('config.json')", tmp_path) is None


def test_lambdas_own_variables_are_set(tmp_path: Path) -> None:
    statement = (
        "import os; assert os.environ['_HANDLER'] == 'app.lambda_handler.handle'; "
        "int(os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']); "
        "assert os.environ['LAMBDA_TASK_ROOT'] == os.getcwd(); "
        "assert os.environ['AWS_EXECUTION_ENV'].startswith('AWS_Lambda_python3.')"
    )
    assert run(statement, tmp_path) is None
