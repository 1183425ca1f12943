"""Says once that all trades of a run are decided."""
