"""The command line in its environment: `python -P -m cli VERB…`, as cli/setup starts it."""

import sys

from cli.entry import main

main(sys.argv[1:])
