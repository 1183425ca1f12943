"""What must be there before anything else: Python, uv, the environment. Standard library only."""
