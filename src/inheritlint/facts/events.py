"""The moments that rules listen to."""

from dataclasses import dataclass

from inheritlint.findings import Span


@dataclass(frozen=True)
class Event:
    """Something that happens at a place of the source."""

    span: Span


@dataclass(frozen=True)
class NotAnalysed(Event):
    """The file could not be read, decoded or parsed; `reason` completes the sentence "this file …"."""

    reason: str
