"""What values the official provider, or else AWS itself, accepts for each property."""
