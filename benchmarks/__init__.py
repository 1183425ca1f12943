"""What measures how fast all this is."""
