from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from blueprint.outputs import StackOutputs
from operations.comment import MARKER, fit_for_github, render_comment, render_failure
from operations.errors import OperationError
from operations.preview import Preview
from operations.review import Sizes, changes_in, growth

Outputs = Callable[..., StackOutputs]

_URN = "urn:pulumi:dev::alchemiser::alchemiser:index:"
_FUNCTION = f"{_URN}LambdaFunction$aws:lambda/function:Function::metrics_v2"
_COMMAND = f"{_URN}CodeLayer$command:local:Command::strategy-build"
_LAYER = f"{_URN}CodeLayer$aws:lambda/layerVersion:LayerVersion::strategy"


def preview_of(*steps: tuple[str, str], because: tuple[str, ...] = ("code",)) -> Preview:
    differences = {name: {"kind": "update"} for name in because}
    document = {"steps": [{"op": op, "urn": urn, "detailedDiff": differences} for op, urn in steps]}
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
    text = fit_for_github(render_failure("dev", ["x\n" * 70_000]))

    assert len(text) < 65_536
    assert text.count("```") == 2
    assert text.endswith("… cut here: the whole is the artifact `review` of this run.\n")


def test_growth_shows_what_is_gained_and_the_share_of_the_limit(outputs: Outputs) -> None:
    dev = outputs({"metrics_v2": "a"}, {"strategy": "k"})
    sizes = Sizes(
        functions={"metrics_v2": 30}, layers={"strategy": 90}, totals={"metrics_v2": 26_214_400}
    )

    text = render_comment("dev", preview_of(), growth(dev, sizes), layers={"strategy": ()})

    assert "| layer | `strategy` | 100 | 90 | -10 |  |  |" in text
    assert "| function | `metrics_v2` | 20 | 30 | +10 | 0.0% | 10.0% |" in text


def test_what_kept_its_size_is_not_in_the_table(outputs: Outputs) -> None:
    dev = outputs({"metrics_v2": "a"}, {"strategy": "k"})
    same = Sizes(functions={"metrics_v2": 20}, layers={"strategy": 100}, totals={"metrics_v2": 120})

    text = render_comment("dev", preview_of(), growth(dev, same), layers={})

    assert "Bytes" not in text


def test_the_first_sentence_says_which_functions_get_new_code_and_from_which_files() -> None:
    files = ("functions/metrics_v2/the_alchemiser/metrics_v2/service.py", "docs/runbook.md")
    text = render_comment("dev", preview_of(("update", _FUNCTION)), (), layers={}, files=files)

    assert text.splitlines()[3] == "`metrics_v2` gets new code (`service.py`)."


def test_functions_that_only_get_other_layers_are_told_apart() -> None:
    steps = (("update", _FUNCTION), ("update", _COMMAND))
    preview = preview_of(*steps, because=("layers", "description"))

    text = render_comment("dev", preview, (), layers={"strategy": ("package numpy added",)})

    assert text.splitlines()[3] == "Only new layers (`strategy`): `metrics_v2`."


def test_what_is_new_or_gone_or_only_set_otherwise_is_said() -> None:
    others = {op: f"{_FUNCTION}_{op}-function" for op in ("create", "delete", "update")}
    preview = preview_of(*others.items(), because=("environment",))

    sentence = render_comment("dev", preview, (), layers={}).splitlines()[3]

    assert sentence == (
        "New: `metrics_v2_create`; deleted: `metrics_v2_delete`; "
        "only other settings: `metrics_v2_update`."
    )


@pytest.mark.parametrize("op", ["delete", "replace"])
def test_what_would_be_lost_comes_before_everything_that_is_folded(op: str) -> None:
    table = "urn:pulumi:dev::alchemiser::aws:dynamodb/table:Table::ledger"

    text = render_comment("dev", preview_of((op, table)), (), layers={})

    before, _, folded = text.partition("<details>")
    assert f"**Data is lost:** `ledger` is {op}d." in before
    assert f"| **{op}, data is lost** | `ledger` |" in folded


def test_no_name_breaks_out_of_its_cell() -> None:
    urn = "urn:pulumi:dev::alchemiser::aws:sqs/queue:Queue::a|b`c"
    preview = preview_of(("update", urn), because=("tags[x|y]", "<b>"))

    (row,) = [
        line
        for line in render_comment("dev", preview, (), layers={}).splitlines()
        if line.startswith("| update")
    ]

    assert row == ("| update | `` a\\|b`c `` | aws:sqs/queue:Queue | &lt;b>, tags\\[x\\|y\\] |")


def test_a_comment_stays_below_what_github_accepts() -> None:
    many = [("update", f"{_FUNCTION}-{number}") for number in range(5_000)]

    text = fit_for_github(render_comment("dev", preview_of(*many), (), layers={}))

    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>")


def test_text_that_is_no_preview_is_refused() -> None:
    with pytest.raises(OperationError, match="pulumi preview --json"):
        Preview.parse("error: no stack")
