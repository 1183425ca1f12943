"""Rules that every preview must meet, runnable as a policy pack or over any list of resources."""
