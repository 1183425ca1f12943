"""Errors raised by operations; each message says what was expected, what was found, what to run."""

from __future__ import annotations


class OperationError(Exception):
    """Something stands in the way of an operation; it says what was changed, if anything was."""


class NeverDeployedError(OperationError):
    """There is nothing of a stack yet."""
