"""Turns sources and locks into verified, reproducible zips for Lambda functions and layers."""
