"""Answers a message; what it would ask a model for comes with the runtime's own boto3."""

import boto3


def handler(event, context):
    """Give the message back, and say which boto3 would have carried it."""
    return {"answer": f"You said: {event['message']}", "boto3": boto3.__version__}
