"""What a part of a report is, and the colour that this gets on a terminal."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any


class Role(Enum):
    """What a piece of text says."""

    CODE = auto()
    FIXABLE = auto()
    MESSAGE = auto()
    FRAME = auto()
    MARK = auto()
    STEP = auto()
    REMEDY = auto()


Paint = Callable[[str, Role], str]

_STYLES: dict[Role, dict[str, Any]] = {
    Role.CODE: {"fg": "red", "bold": True},
    Role.FIXABLE: {"fg": "cyan"},
    Role.MESSAGE: {"bold": True},
    Role.FRAME: {"fg": "blue", "bold": True},
    Role.MARK: {"fg": "red", "bold": True},
    Role.STEP: {"fg": "yellow", "bold": True},
    Role.REMEDY: {"fg": "cyan", "bold": True},
}


def in_colour(text: str, role: Role) -> str:
    """`text` as a terminal with colours shows it."""
    import click  # loaded where colors are shown

    return click.style(text, **_STYLES[role])


def colourless(text: str, role: Role) -> str:
    """`text` as it is."""
    return text
