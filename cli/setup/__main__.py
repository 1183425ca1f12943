"""The start of every command: `python -P -m cli.setup VERB…`, with the checkout in PYTHONPATH."""

import sys

from cli.setup.entry import main

main(sys.argv[1:])
