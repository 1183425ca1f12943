"""What the functions tell one another: immutable, versioned events and their way over the bus."""
