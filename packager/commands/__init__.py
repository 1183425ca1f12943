"""What `python -m packager` can do, one command in each module."""
