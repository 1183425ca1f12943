"""From inputs to a finished zip: wheels, slimming, compression and packing."""
