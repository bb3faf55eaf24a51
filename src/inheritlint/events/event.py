"""The moments that rules listen to, each with what is known of it."""

import libcst as cst

from inheritlint.events.names import name_of
from inheritlint.findings import Fix, Span
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.platforms import WINDOWS


@frozen
class Event:
    """Something that happens at a place of the source."""

    span: Span


@frozen
class FileNotChecked(Event):
    """The file could not be read, decoded or parsed; `reason` says why, as the end of a message."""

    reason: str


@frozen
class UnusedNoqa(Event):
    """A comment names codes of ours that it suppresses nowhere; `fix` removes them, None where that cannot be done."""

    codes: tuple[str, ...]
    fix: Fix | None


@frozen
class Call(Event):
    """A call in a parsed file. `platforms` are those that can reach it."""

    node: cst.Call
    program: Program
    platforms: frozenset[int]

    @property
    def callee(self) -> str:
        """The function as it is written; a method of what has no name by its own name."""
        function = self.node.func
        if name := name_of(self.program.tree, function):
            return name
        if isinstance(function, cst.Attribute):
            return function.attr.value
        return " ".join(self.program.tree.text(function).split())

    def span_of(self, argument: cst.Arg | Argument | None) -> Span:
        """Where `argument` stands, its keyword included; the whole call where it is not written in it."""
        written = argument.node if isinstance(argument, Argument) else argument
        if written is None:
            return self.span
        tree = self.program.tree
        first = written.keyword or next(iter(written.value.lpar), written.value)
        last = written.value.rpar[-1] if written.value.rpar else written.value
        return tree.lines.span(tree.extent(first)[0] - len(written.star), tree.extent(last)[1])

    @property
    def on_windows_only(self) -> bool:
        return self.platforms <= WINDOWS

    @property
    def on_posix_only(self) -> bool:
        return not self.platforms & WINDOWS


def platforms_of(seen: list[CallRecord]) -> frozenset[int]:
    """Every platform on which a call was reached."""
    return frozenset().union(*(record.platforms for record in seen))
