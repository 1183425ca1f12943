"""Merges the partial signals of a session into one, exactly once."""
