"""Counts the words of a message, by the longest way there is."""

import pandas as pd


def handler(event, context):
    """Give each word with how often it was said."""
    counts = pd.Series(event["message"].split()).value_counts()
    return {"answer": counts.to_dict(), "pandas": pd.__version__}
