"""How a finding is fixed: which characters are replaced, and how far to trust it."""

from enum import StrEnum
from typing import NamedTuple


class Safety(StrEnum):
    """How far a fix can be trusted, in ruff's words."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"
    NONE = "none"


class Edit(NamedTuple):
    """Replace `text[start:end]` of the decoded source, counted in characters, with `text`."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that fix one finding together; they do not overlap one another.

    `is_certain` says that they fix it and bring no other finding whatever the rest of the file holds, so that no run
    has to analyse the file again before the fix is promised.
    """

    edits: tuple[Edit, ...]
    safety: Safety
    message: str
    is_certain: bool = False
