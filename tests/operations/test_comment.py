from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from blueprint.outputs import StackOutputs
from operations.comment import MARKER, render_comment, render_failure
from operations.errors import OperationError
from operations.preview import Preview
from operations.review import Sizes, changes_in, growth

Outputs = Callable[..., StackOutputs]

_URN = "urn:pulumi:dev::alchemiser::alchemiser:index:"
_FUNCTION = f"{_URN}LambdaFunction$aws:lambda/function:Function::metrics_v2"
_COMMAND = f"{_URN}CodeLayer$command:local:Command::strategy-build"
_LAYER = f"{_URN}CodeLayer$aws:lambda/layerVersion:LayerVersion::strategy"


def preview_of(*steps: tuple[str, str]) -> Preview:
    document = {
        "steps": [
            {"op": op, "urn": urn, "detailedDiff": {"code": {"kind": "update"}}}
            for op, urn in steps
        ]
    }
    return Preview.parse(json.dumps(document))


def test_a_replacement_is_one_change() -> None:
    preview = preview_of(
        ("create-replacement", _LAYER), ("replace", _LAYER), ("delete-replaced", _LAYER)
    )

    (change,) = changes_in(preview)

    assert (change.verb, change.name) == ("replace", "strategy")


def test_resources_that_stay_are_not_changes() -> None:
    assert changes_in(preview_of(("same", _FUNCTION))) == ()


def test_the_comment_names_every_change_and_its_cause() -> None:
    text = render_comment("dev", preview_of(("update", _FUNCTION)), (), layers={"strategy": ()})

    assert text.startswith(MARKER.format(stack="dev"))
    assert "1 to update" in text
    assert "| update | `metrics_v2` | aws:lambda/function:Function | code |" in text
    assert "not built, content unchanged: `strategy`" in text


@pytest.mark.parametrize(
    ("op", "reasons", "said"),
    [
        ("create", (), "new layer"),
        ("update", ("package numpy: 2.1 -> 2.2",), "package numpy: 2.1 -> 2.2"),
        ("update", tuple("abcdefg"), "a; b; c; d; e; and 2 more"),
        ("update", (), "its command differs in code"),
    ],
)
def test_the_comment_says_why_a_layer_is_built_anew(
    op: str, reasons: tuple[str, ...], said: str
) -> None:
    layers = {"strategy": reasons, "strategy_more": ()}
    text = render_comment("dev", preview_of((op, _COMMAND)), (), layers=layers)

    assert f"- `strategy`: built anew ({said})\n" in text
    assert "not built, content unchanged: `strategy_more`" in text


def test_a_failed_preview_is_a_clear_comment_too() -> None:
    text = render_failure("dev", ["Pulumi.dev.yaml: memory_mb ```"])

    assert text.startswith(MARKER.format(stack="dev"))
    assert "Preview of `dev` failed" in text
    assert "Pulumi.dev.yaml: memory_mb '''" in text


def test_a_long_failure_is_cut_where_the_comment_stays_readable() -> None:
    text = render_failure("dev", ["x" * 70_000])

    assert len(text) < 65_536
    assert text.count("```") == 2
    assert text.endswith("… cut here: the whole is in the job's log.\n")


def test_growth_shows_what_is_gained_and_the_share_of_the_limit(outputs: Outputs) -> None:
    dev = outputs({"metrics_v2": "a"}, {"strategy": "k"})
    sizes = Sizes(
        functions={"metrics_v2": 30}, layers={"strategy": 90}, totals={"metrics_v2": 26_214_400}
    )

    text = render_comment("dev", preview_of(), growth(dev, sizes), layers={"strategy": ()})

    assert "| layer | `strategy` | 100 | 90 | -10 |" in text
    assert "| function | `metrics_v2` | 20 | 30 | +10 | 10.0% |" in text


def test_a_comment_stays_below_what_github_accepts() -> None:
    many = [("update", f"{_FUNCTION}-{number}") for number in range(5_000)]

    assert len(render_comment("dev", preview_of(*many), (), layers={})) < 65_536


def test_text_that_is_no_preview_is_refused() -> None:
    with pytest.raises(OperationError, match="pulumi preview --json"):
        Preview.parse("error: no stack")
