"""Brings a stack back after a run that was cut off: locks, unfinished operations, lost clouds."""
