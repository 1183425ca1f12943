"""The Pulumi engine: the official one of the machine, or one built from its Go module."""
