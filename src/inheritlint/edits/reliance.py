"""Whether the program itself asks for what a fix changes."""

import re

from inheritlint.findings import Safety
from inheritlint.interpreter.program import Program

#: What reads whether a descriptor, or a handle, is inheritable. That `F_GETFD` only gives what `F_SETFD` changes, is
#: the usual case.
_READING = re.compile(r"get_(handle_)?inheritable|GetHandleInformation|&\s*(\w+\.)*FD_CLOEXEC")


def safety_where_read(program: Program, is_safe: bool) -> Safety:
    """Safe where `is_safe`, unless the file reads whether something is inheritable: then it may act upon that."""
    text = program.tree.source.text
    is_read = _READING.search(text) or ("F_GETFD" in text and "F_SETFD" not in text)
    return Safety.SAFE if is_safe and not is_read else Safety.UNSAFE
