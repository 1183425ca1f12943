"""Starts new parts of the system in the form that all others have."""
