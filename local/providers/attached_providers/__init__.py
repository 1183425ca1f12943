"""Attached Pulumi providers: `aws` and `command` for machines that cannot install the plugins."""
