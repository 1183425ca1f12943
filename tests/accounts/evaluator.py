"""Asks the emulator's own reading of IAM, which enforces it there when AUTH=true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

Question = Mapping[str, Any]

FIND = """from pathlib import Path
from local.ministack.installation import server_program
from local.workfolder import WorkFolder
print(server_program(WorkFolder.of(Path.cwd())).parent)"""


def verdicts(questions: Sequence[Question]) -> list[str]:
    """Give Allow, Deny or ImplicitDeny for each question."""
    answers: list[str] = _ask("verdicts", questions)
    return answers


def named_calls(requests: Sequence[Question]) -> list[tuple[str, str]]:
    """Give the action and the resource that each recorded request would be checked for."""
    return [(action, resource) for action, resource in _ask("calls", requests)]


def _ask(what: str, given: Sequence[Question]) -> Any:
    installed = subprocess.run(
        [sys.executable, "-c", FIND], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()[-1]
    answer = subprocess.run(
        [Path(installed) / "python", Path(__file__).with_name("emulated_iam.py"), what],
        input=json.dumps(given),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    return json.loads(answer.stdout)
