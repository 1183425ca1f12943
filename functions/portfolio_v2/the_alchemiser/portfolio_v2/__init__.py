"""Turns the day's target weights into a plan, and the plan into queued trades."""
