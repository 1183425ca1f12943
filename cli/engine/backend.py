"""The folder of this machine in which the CLI keeps the stacks that run here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.recovery.file_backend import SCHEME, backend_folder

WITHOUT_SIDECARS = {"metadata": "skip"}
"""Beside each file the CLI's storage library writes a second one, which nobody uses, and not in
one piece: a run killed meanwhile leaves a record that cannot be read (fileblob's `setAttrs`)."""


def backend_url(work: WorkFolder, inherited: Mapping[str, str] = os.environ) -> str:
    """Give the file backend of this checkout, or the one that the environment shares."""
    named = inherited.get("PULUMI_BACKEND_URL") or f"{SCHEME}{quote(str(work.state))}"
    if not named.startswith(SCHEME):
        # Rehearsing dev in the backend where the real dev lives would overwrite its state.
        raise LocalProblem(
            f"PULUMI_BACKEND_URL is {named}; stacks run here are kept on this machine only "
            f"({SCHEME}…).",
            "Unset PULUMI_BACKEND_URL for this command. For a stack on AWS use the official "
            "pulumi, as README.md says.",
        )
    options = parse_qs(urlsplit(named).query) | WITHOUT_SIDECARS
    return f"{SCHEME}{quote(str(backend_folder(named)))}?{urlencode(options, doseq=True)}"
