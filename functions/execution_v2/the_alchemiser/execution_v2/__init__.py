"""Executes the queued trades of a run, one message each, and books what was filled."""
