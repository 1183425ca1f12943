"""Rules that a finished artifact must meet before anything reaches AWS, one in each module."""
