"""Reviews a pull request: previews, compares sizes, and keeps the one comment."""

from __future__ import annotations

from collections.abc import Mapping

from operations.checkout import Checkout
from operations.comment import MARKER, render_comment
from operations.engine import Engine, say
from operations.errors import OperationError
from operations.forge import Forge
from operations.outputs import StackOutputs
from operations.preview import Diagnostic, Preview
from operations.review import growth


def review_pull_request(
    stack: str, engine: Engine, checkout: Checkout, environment: Mapping[str, str]
) -> int:
    """Write the comment for a preview that went through or failed; return the preview's status."""
    preview, status = _preview(engine)
    try:
        deployed: StackOutputs | None = engine.outputs()
    except OperationError:
        deployed = None
    rows = growth(deployed, checkout.sizes()) if status == 0 else ()
    layers = [spec.name for spec in checkout.system.layers]
    text = render_comment(stack, preview, rows, layers=layers)
    print(text)
    forge = Forge.from_environment(environment)
    if forge is None:
        say("no GITHUB_TOKEN and PULL_REQUEST: the comment was printed, not posted")
    else:
        forge.keep_comment(MARKER.format(stack=stack), text)
    return status


def _preview(engine: Engine) -> tuple[Preview, int]:
    try:
        return Preview.parse(engine.read("preview", "--json")), 0
    except OperationError as error:
        return Preview(diagnostics=(Diagnostic(message=str(error), severity="error"),)), 1
