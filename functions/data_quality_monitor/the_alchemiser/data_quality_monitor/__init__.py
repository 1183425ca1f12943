"""Compares the stored bars with a second source, and changes nothing."""
