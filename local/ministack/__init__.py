"""The embedded AWS: one MiniStack process per checkout, on the loopback interface."""
