"""Prints the blocks of a file's functions: `python -m inheritlint.flow FILE`."""

import sys
from pathlib import Path

import libcst as cst

from inheritlint.flow.lowering import Lowering
from inheritlint.flow.printer import show
from inheritlint.semantics.outline import Outline
from inheritlint.source.nodes import walk


def main(path: str) -> None:
    """Print every function of the file at `path`, the module first."""
    outline = Outline()
    module = cst.parse_module(Path(path).read_bytes())
    walk(module, outline)
    lowering = Lowering(module, outline)
    for function in lowering.functions.values():
        lowering.lower(function)
        print(show(function))


if __name__ == "__main__":
    main(*sys.argv[1:])
