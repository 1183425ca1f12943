"""A failed message takes those behind it in its group along, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.shared.batch import is_batch, run_in_order
from the_alchemiser.shared.errors import InvalidEvent, TransientError


def record(name: str, group: str | None, body: object = "go") -> dict[str, Any]:
    attributes = {} if group is None else {"MessageGroupId": group}
    return {"messageId": name, "body": body, "attributes": attributes}


class Hands:
    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.seen: list[str] = []

    def handle(self, text: str) -> None:
        self.seen.append(text)
        if text in self.failing:
            raise TransientError("no")


def run(records: list[Any], hands: Hands) -> list[str]:
    answer = run_in_order({"Records": records}, str, hands.handle)
    failures: Any = answer["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def test_all_done_reports_nothing() -> None:
    hands = Hands()
    assert run([record("1", "A", "a1"), record("2", "B", "b1")], hands) == []
    assert hands.seen == ["a1", "b1"]


def test_a_failure_reports_those_behind_it_in_its_group_unhandled() -> None:
    hands = Hands("a2")
    batch = [
        record("1", "A", "a1"),
        record("2", "A", "a2"),
        record("3", "A", "a3"),
        record("4", "B", "b1"),
    ]
    assert run(batch, hands) == ["2", "3"]
    assert hands.seen == ["a1", "a2", "b1"]


@pytest.mark.parametrize("attributes", [None, [], {}, {"MessageGroupId": 7}])
def test_messages_without_a_group_stand_for_themselves(attributes: object) -> None:
    hands = Hands("x")
    batch = [
        {"messageId": name, "body": body, "attributes": attributes}
        for name, body in (("1", "x"), ("2", "y"))
    ]
    assert run(batch, hands) == ["1"]
    assert hands.seen == ["x", "y"]


@pytest.mark.parametrize("body", [None, 7, {}, []])
def test_a_message_without_text_fails_alone(body: object) -> None:
    assert run([record("1", "A", body), record("2", "B")], Hands()) == ["1"]


def test_any_error_stays_with_its_message() -> None:
    def explode(text: str) -> None:
        raise ZeroDivisionError

    answer = run_in_order({"Records": [record("1", "A")]}, str, explode)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


@pytest.mark.parametrize(
    "stranger", [None, [], "x", {}, {"messageId": ""}, {"messageId": None}, {"messageId": 7}]
)
def test_a_batch_whose_messages_have_no_names_is_repeated_as_a_whole(stranger: object) -> None:
    hands = Hands()
    assert run([record("1", "A"), stranger], hands) == [""]
    assert hands.seen == []


@pytest.mark.parametrize("event", [None, [], {}, {"Records": None}, {"Records": {}}, "x"])
def test_what_is_no_batch_is_refused(event: object) -> None:
    with pytest.raises(InvalidEvent):
        run_in_order(event, str, lambda text: None)


def test_a_batch_is_told_from_other_inputs() -> None:
    assert is_batch({"Records": []})
    assert not is_batch({"action": "sweep"})
    assert not is_batch({"Records": "x"})
    assert not is_batch(None)


def test_lines_carry_the_ids_of_their_message(capsys: pytest.CaptureFixture[str]) -> None:
    @dataclass(frozen=True)
    class Message:
        correlation_id: str
        cause_id: str = "trade-1"

    def fail(message: Message) -> None:
        raise TransientError("no")

    run_in_order({"Records": [record("1", "A", "workflow-1")]}, Message, fail)
    run_in_order({"Records": [record("2", "A", None)]}, Message, fail)
    first, second = capsys.readouterr().out.splitlines()
    assert '"correlation_id": "workflow-1"' in first
    assert "workflow-1" not in second


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.booleans()), max_size=10),
)
def test_order_is_kept_in_every_group(plan: list[tuple[str, bool]]) -> None:
    hands = Hands(*(f"{n}" for n, (_, fails) in enumerate(plan) if fails))
    batch = [record(f"m{n}", group, f"{n}") for n, (group, _) in enumerate(plan)]
    reported = run(batch, hands)
    for group in "ABC":
        mine = [n for n, (name, _) in enumerate(plan) if name == group]
        first = next((n for n in mine if plan[n][1]), None)
        expected = [] if first is None else [f"m{n}" for n in mine if n >= first]
        assert [name for name in reported if int(name[1:]) in mine] == expected
        handled = [n for n in mine if first is None or n <= first]
        assert [int(text) for text in hands.seen if int(text) in mine] == handled
