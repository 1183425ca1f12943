"""The one sticky comment on a pull request, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from operations.preview import Preview
from operations.review import Change, Growth, changes_in, rebuilt_layers

MARKER = "<!-- alchemiser: preview of {stack} -->"
"""First line of the comment, by which the next run finds and replaces it."""

# GitHub refuses a comment over 65,536 characters; what is cut off stays in the job's log.
_MOST_CHARACTERS = 60_000


def render_comment(
    stack: str,
    preview: Preview,
    growth: Iterable[Growth],
    *,
    layers: Mapping[str, tuple[str, ...]],
    shipping: str = "",
) -> str:
    """Return the comment for a preview that went through; `layers` have why they are others.

    `shipping` is the packager's own report on the change, which comes last.
    """
    body = _success(stack, changes_in(preview), tuple(growth), layers)
    return _whole(stack, f"{body}\n\n{shipping}" if shipping else body)


def render_failure(stack: str, reasons: Iterable[str]) -> str:
    """Return the comment for a preview that failed."""
    said = "\n\n".join(f"```text\n{_unfenced(reason)}\n```" for reason in reasons)
    return _whole(
        stack,
        f"### Preview of `{stack}` failed\n\nNothing was changed. This is why:\n\n{said}\n\n"
        f"Try it yourself: `local/pulumi preview --stack {stack}`.",
    )


def _whole(stack: str, body: str) -> str:
    text = f"{MARKER.format(stack=stack)}\n{body}\n"
    if len(text) <= _MOST_CHARACTERS:
        return text
    # What is cut may have begun a block of code.
    fence = "\n```" if text[:_MOST_CHARACTERS].count("```") % 2 else ""
    return f"{text[:_MOST_CHARACTERS]}{fence}\n\n… cut here: the whole is in the job's log.\n"


def _success(
    stack: str,
    changes: tuple[Change, ...],
    growth: tuple[Growth, ...],
    layers: Mapping[str, tuple[str, ...]],
) -> str:
    parts = [f"### Preview of `{stack}`: {_headline(changes)}"]
    parts += [_changes_table(changes)] if changes else []
    parts += [_layers_list(changes, layers), _growth_table(growth)]
    return "\n\n".join(part for part in parts if part)


def _headline(changes: tuple[Change, ...]) -> str:
    if not changes:
        return "no changes"
    verbs = ("create", "update", "replace", "delete", "import")
    counts = {verb: sum(change.verb == verb for change in changes) for verb in verbs}
    return ", ".join(f"{count} to {verb}" for verb, count in counts.items() if count)


def _changes_table(changes: tuple[Change, ...]) -> str:
    rows = "\n".join(
        f"| {change.verb} | `{change.name}` | {change.kind} | {', '.join(change.properties)} |"
        for change in changes
    )
    return f"| what | resource | type | because of |\n|---|---|---|---|\n{rows}"


def _layers_list(changes: tuple[Change, ...], layers: Mapping[str, tuple[str, ...]]) -> str:
    built = rebuilt_layers(changes, layers)
    rows = [f"- `{name}`: built anew ({reason})" for name, reason in sorted(built.items())]
    same = sorted(layers.keys() - built.keys())
    if same:
        rows.append(f"- not built, content unchanged: {', '.join(f'`{name}`' for name in same)}")
    return "**Layers**\n" + "\n".join(rows) if rows else ""


def _growth_table(growth: tuple[Growth, ...]) -> str:
    if not growth:
        return ""
    rows = "\n".join(_growth_row(row) for row in growth)
    return (
        "**Bytes, unzipped**\n\n"
        "| kind | name | before | after | gained | share of the 250 MB limit |\n"
        f"|---|---|---:|---:|---:|---:|\n{rows}"
    )


def _growth_row(row: Growth) -> str:
    share = "" if row.total_bytes is None else f"{row.total_bytes / UNZIPPED_LIMIT_BYTES:.1%}"
    return (
        f"| {row.kind} | `{row.name}` | {row.before_bytes:,} | {row.after_bytes:,} "
        f"| {row.gained_bytes:+,} | {share} |"
    )


def _unfenced(text: str) -> str:
    return text.replace("```", "'''")
