"""Code that more than one function runs on; it ships once, as the shared_code layer."""
