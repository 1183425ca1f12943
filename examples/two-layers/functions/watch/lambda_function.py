"""Says what it sees in a picture."""

from src.picture import see


def lambda_handler(event, context):
    """Look at a picture of one shade and say how bright it is."""
    return see(event)
