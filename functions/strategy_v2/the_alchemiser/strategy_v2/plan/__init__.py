"""What a strategy asks for: its tree, checked against the operators, as steps."""
