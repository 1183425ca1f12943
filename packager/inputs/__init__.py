"""What goes into an artifact: sources, locks and commits, and the key that they make."""
