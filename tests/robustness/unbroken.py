"""What holds for every input: it is analysed, no fix breaks it, and a second fix changes nothing."""

import warnings

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes


def compiles(data: bytes) -> bool:
    """Whether CPython compiles `data`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "input", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def mended_unbroken(data: bytes) -> bytes:
    """`data` after all its fixes; raises AssertionError where one breaks it, or a second run changes something."""
    if not any(finding.fix for finding in analyse("input.py", data, Target()).findings):
        return data
    mended = apply_fixes("input.py", data, Target(), lambda finding: True, True)
    assert compiles(mended.data) or not compiles(data), "a fix broke it"
    again = apply_fixes("input.py", mended.data, Target(), lambda finding: True, True)
    assert again.data == mended.data, "a second fix changes something"
    return mended.data
