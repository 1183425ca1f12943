"""Mails the result of a run, or what went wrong, once."""
