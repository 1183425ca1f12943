"""Ids that are made of two names."""

from __future__ import annotations

import re

from attached_providers.failures import ProviderError

_BETWEEN = re.compile(r"[:/|]")


def in_two(identity: str, what: str, form: str) -> tuple[str, str]:
    """Split an id as its form says, such as `role:policy`; ProviderError for one without parts."""
    between = _BETWEEN.search(form)
    assert between is not None
    first, found, second = identity.partition(between[0])
    if not found:
        raise ProviderError(f"expected the id of {what} as {form}, found {identity}")
    return first, second
