"""Where artifacts are kept, and which of them may be promoted."""
