"""Where `inheritlint-server` begins; it speaks LSP over its standard streams."""

import argparse
import sys
from collections.abc import Sequence

from inheritlint import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the editor ends it; the exit status is 2 where pygls is not installed."""
    parser = argparse.ArgumentParser(
        prog="inheritlint-server", description="Language server of inheritlint, over the standard streams."
    )
    parser.add_argument("--stdio", action="store_true", help="use the standard streams, as it always does")
    parser.add_argument("--version", "-V", action="version", version=f"inheritlint-server {__version__}")
    parser.parse_args(arguments)
    try:
        from inheritlint.faces.editor.server import serve  # pygls belongs to an extra
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        print("inheritlint-server needs pygls; run `pip install 'inheritlint[server]'`", file=sys.stderr)
        return 2
    serve()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
