"""A trading day on the local stack: start it, follow it, show what came of it."""
