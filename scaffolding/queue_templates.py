"""What differs where a function reads a queue: a batch's messages are each what it is asked."""

from __future__ import annotations

from collections.abc import Mapping

from scaffolding.edits import replaced

_MODULE = "functions/NAME/the_alchemiser/NAME"
_TEST = "tests/functions/NAME/test_NAME.py"

_BATCH_TEST = """

def test_of_a_batch_only_what_failed_comes_back(service: CLASSService) -> None:
    records = [
        {"messageId": "good", "body": json.dumps(EVENT)},
        {"messageId": "bad", "body": "{}"},
    ]

    answer = handle({"Records": records}, lambda: service, failures)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
"""


def with_queue(files: Mapping[str, str]) -> dict[str, str]:
    """Let a function that can be called read a queue as well."""
    handler, command = f"{_MODULE}/lambda_handler.py", f"{_MODULE}/command.py"
    return {
        **files,
        handler: _handler(files[handler]),
        command: _command(files[command]),
        _TEST: files[_TEST] + _BATCH_TEST,
    }


def _handler(text: str) -> str:
    text = replaced(text, "import Request, decode\n", "import Request, decode, message_in\n")
    text = replaced(
        text,
        "from the_alchemiser.shared.handling",
        "from the_alchemiser.shared.batch import is_batch, run_in_order\n"
        "from the_alchemiser.shared.handling",
    )
    text = replaced(
        text, '"""Do the work that is asked for."""', '"""Work off the queue, or one call."""'
    )
    return replaced(
        text,
        "    return respond(",
        "    if is_batch(event):\n"
        "        return run_in_order(event, message_in, lambda request: service().work(request))\n"
        "    return respond(",
    )


def _command(text: str) -> str:
    text = replaced(text, "import parsed\n", "import parsed, read_object\n")
    return (
        text
        + '''

def message_in(body: str) -> Request:
    """Read a message of the queue, or refuse it."""
    return parsed(read_object(body), Request)
'''
    )
