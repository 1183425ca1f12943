"""Put on the path of MiniStack and its workers, for the sake of its sitecustomize.py."""
