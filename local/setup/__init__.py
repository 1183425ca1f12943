"""What must be there before anything else: a Python, uv, the virtual environment (standard library only)."""
