"""Everything that makes the system run whole on one machine, with no account anywhere."""
