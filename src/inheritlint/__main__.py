"""`python -m inheritlint`."""

import sys

from inheritlint.faces.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
