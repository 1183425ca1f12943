"""Opens the session of a trading day and starts one worker for each strategy."""
