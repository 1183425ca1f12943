"""What the function is made of."""
