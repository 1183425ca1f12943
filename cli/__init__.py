"""The commands of this checkout: what `make` and `local/pulumi` call."""
