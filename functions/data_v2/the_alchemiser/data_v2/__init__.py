"""Keeps the stored daily bars complete and correct; the only writer of the bucket."""
