"""The version of everything that decides an artifact's bytes besides its sources and its target."""

from __future__ import annotations

RULES_VERSION = 6
"""Raised with any change to include, slimming or archive rules or to the compressor.

It is part of every key. tests/packager/test_rules.py holds the digest of a planted artifact, so
that a change of bytes cannot keep the old number.
"""

RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer")
"""Come with the Lambda runtime; a lock that names one would ship it a second time."""
