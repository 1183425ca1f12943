"""Publishes profit, loss and positions by strategy."""
