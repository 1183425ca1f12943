"""The one sticky comment on a pull request, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from operations.comment_sentence import first_sentence
from operations.markdown import code, folded, listed, plain, table
from operations.preview import Preview
from operations.review import Change, Growth, changes_in, loses_data, rebuilt_layers

MARKER = "<!-- alchemiser: preview of {stack} -->"
"""First line of the comment, by which the next run finds and replaces it."""

# GitHub refuses a comment over 65,536 characters.
_MOST_CHARACTERS = 60_000


def render_comment(
    stack: str,
    preview: Preview,
    growth: Iterable[Growth],
    *,
    layers: Mapping[str, tuple[str, ...]],
    files: Iterable[str] | None = None,
    shipping: str = "",
) -> str:
    """Return the comment for a preview that went through; `layers` have why they are others.

    `files` are those that the pull request changes, where that is known; `shipping` is the
    packager's own report on the change, which comes last.
    """
    changes = changes_in(preview)
    built = rebuilt_layers(changes, layers)
    parts = [f"### Preview of `{stack}`: {_headline(changes)}"]
    parts += [first_sentence(changes, files, built)] if changes else []
    parts += [_losses(changes), _layers_list(built, layers), _growth_table(tuple(growth))]
    parts += [folded("every resource", _changes_table(changes)) if changes else "", shipping]
    return _marked(stack, "\n\n".join(part for part in parts if part))


def render_failure(stack: str, reasons: Iterable[str]) -> str:
    """Return the comment for a preview that failed."""
    said = "\n\n".join(f"```text\n{_unfenced(reason)}\n```" for reason in reasons)
    return _marked(
        stack,
        f"### Preview of `{stack}` failed\n\nNothing was changed. This is why:\n\n{said}\n\n"
        f"Try it yourself: `local/pulumi preview --stack {stack}`.",
    )


def fit_for_github(comment: str) -> str:
    """Cut a comment where GitHub would refuse it, and say where the rest is."""
    if len(comment) <= _MOST_CHARACTERS:
        return comment
    kept = comment[:_MOST_CHARACTERS].rpartition("\n")[0]
    # What is cut may have begun a block of code, or a fold.
    kept += "\n```" if kept.count("```") % 2 else ""
    kept += "\n\n</details>" * (kept.count("<details>") - kept.count("</details>"))
    return f"{kept}\n\n… cut here: the whole is the artifact `review` of this run.\n"


def _marked(stack: str, body: str) -> str:
    return f"{MARKER.format(stack=stack)}\n{body}\n"


def _losses(changes: tuple[Change, ...]) -> str:
    lost = [f"{code(it.name)} is {it.verb}d" for it in changes if loses_data(it)]
    return f"> [!CAUTION]\n> **Data is lost:** {', '.join(lost)}." if lost else ""


def _headline(changes: tuple[Change, ...]) -> str:
    if not changes:
        return "no changes"
    verbs = ("create", "update", "replace", "delete", "import")
    counts = {verb: sum(change.verb == verb for change in changes) for verb in verbs}
    return ", ".join(f"{count} to {verb}" for verb, count in counts.items() if count)


def _changes_table(changes: tuple[Change, ...]) -> str:
    rows = (
        (
            f"**{change.verb}, data is lost**" if loses_data(change) else change.verb,
            code(change.name),
            plain(change.kind),
            plain(", ".join(change.properties)),
        )
        for change in changes
    )
    return table(("what", "resource", "type", "because of"), rows)


def _layers_list(built: Mapping[str, str], layers: Mapping[str, tuple[str, ...]]) -> str:
    rows = [
        f"- {code(name)}: built anew ({plain(reason)})" for name, reason in sorted(built.items())
    ]
    same = sorted(layers.keys() - built.keys())
    if same:
        rows.append(f"- not built, content unchanged: {listed(same)}")
    return "**Layers**\n" + "\n".join(rows) if rows else ""


def _growth_table(growth: tuple[Growth, ...]) -> str:
    moved = [row for row in growth if row.gained_bytes]
    if not moved:
        return ""
    heads = ("kind", "name", "before", "after", "gained", "of 250 MB before", "after")
    return f"**Bytes that moved, unzipped**\n\n{table(heads, map(_growth_row, moved), numbers=5)}"


def _growth_row(row: Growth) -> tuple[str, ...]:
    return (
        row.kind,
        code(row.name),
        f"{row.before_bytes:,}",
        f"{row.after_bytes:,}",
        f"{row.gained_bytes:+,}",
        _share(row.total_before_bytes),
        _share(row.total_bytes),
    )


def _share(total_bytes: int | None) -> str:
    return "" if total_bytes is None else f"{total_bytes / UNZIPPED_LIMIT_BYTES:.1%}"


def _unfenced(text: str) -> str:
    return text.replace("```", "'''")
