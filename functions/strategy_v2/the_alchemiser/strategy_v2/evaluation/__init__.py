"""What a plan comes to on given prices.

Every step is worked out once, for all the days on which it is asked for: today, and the past days
over which filters rank groups (`days`).
"""
