"""AWS's regions by name, as botocore lists them, and the partition that each is in."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from botocore.loaders import create_loader


@cache
def partitions() -> Mapping[str, str]:
    """Give region -> partition, as in the ARNs of what is there."""
    listed = create_loader().load_data("partitions")["partitions"]
    return {
        region: partition["id"]
        for partition in listed
        for region in partition["regions"]
        if not region.endswith("-global")
    }


def known_region(region: str) -> str:
    """Return a region that AWS has; ValueError with the nearest names for any other."""
    if region in partitions():
        return region
    near = get_close_matches(region.strip().lower(), partitions())
    hint = f", perhaps {' or '.join(near)}" if near else ""
    raise ValueError(f"a region of AWS{hint}")
