"""What people do to a running stack: review, promote, go back, look for drift, repair."""
