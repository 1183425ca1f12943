from __future__ import annotations

import time
from pathlib import Path

import pytest

from local import progress


def told_of(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_S", 0.01)
    monkeypatch.setattr(progress, "BEAT_S", 0.01)
    log = tmp_path / "up.log"
    log.write_text(written)
    with progress.step("deploying the local stack", log):
        time.sleep(0.1)


def test_a_long_step_tells_the_last_line_that_has_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told_of("made the bus\nmade the queue\n\n  \n", tmp_path, monkeypatch)

    told = capsys.readouterr().err.splitlines()
    assert "   0 s: made the queue" in told
    assert not any(line.endswith(": ") or not line.strip() for line in told)


def test_what_it_tells_fits_80_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told_of("+  aws:lambda:Function " + "coordinator_v2-" * 20, tmp_path, monkeypatch)

    assert 60 < max(map(len, capsys.readouterr().err.splitlines())) <= 76
