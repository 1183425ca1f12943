"""A simulated market: Alpaca's and Twelve Data's APIs over real daily closes, on 127.0.0.1.

Closes are real (data/README.md). Open, high, low and volume are derived from them, see bars.py.
"""
