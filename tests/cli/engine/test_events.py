"""The engine's log of events, of a run of the real CLI."""

from __future__ import annotations

from pathlib import Path

from cli.engine.events import read_events

LOG = Path(__file__).with_name("up.events")


def test_what_changed_is_told_with_the_properties_that_differ() -> None:
    run = read_events(LOG)

    assert [(step.kind, step.noun, step.name) for step in run.steps] == [
        ("update", "Function", "metrics_v2-function"),
        ("update", "Alias", "metrics_v2-alias"),
    ]
    assert run.steps[0].properties == ("code", "description", "sourceCodeHash")
    assert run.steps[0].parent.endswith("LambdaFunction::metrics_v2")
    assert run.counts == {"same": 293, "update": 2}
    assert run.resources == 295


def test_an_error_is_told_once_with_the_resource_that_it_happened_to() -> None:
    assert read_events(LOG).errors == ("metrics_v2-function: Lambda refused it",)


def test_a_log_that_ends_early_tells_what_it_has(tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    cut.write_text(LOG.read_text()[:-200])

    assert len(read_events(cut).steps) == 2
    assert read_events(cut).counts == {}
    assert read_events(tmp_path / "none").steps == ()
