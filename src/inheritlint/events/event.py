"""The moments that rules listen to, each with what is known of it."""

import libcst as cst

from inheritlint.events.names import name_of
from inheritlint.findings import Fix, Span
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.platforms import WINDOWS

#: Keywords whose values are tables of arguments for another call.
_TABLES = ("kwargs", "kwds")


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

    def span_of(self, argument: cst.Arg | cst.DictElement | Argument | None) -> Span:
        """Where `argument` stands, its keyword included; the whole call where it is not written in it."""
        written = argument.node if isinstance(argument, Argument) else argument
        if written is None:
            return self.span
        tree = self.program.tree
        keyword = written.keyword if isinstance(written, cst.Arg) else written.key
        first = keyword or next(iter(written.value.lpar), written.value)
        last = written.value.rpar[-1] if written.value.rpar else written.value
        stars = len(written.star) if isinstance(written, cst.Arg) else 0
        return tree.lines.span(tree.extent(first)[0] - stars, tree.extent(last)[1])

    def entry_of(self, name: str) -> cst.Arg | cst.DictElement | None:
        """Where `name` stands in the one table of arguments that the call is given, as in `**{"name": 1}` and
        `kwargs=dict(name=1)`; None where it is not written there once."""
        found: list[cst.Arg | cst.DictElement] = []
        tables = [each for each in self.node.args if each.keyword is None or each.keyword.value in _TABLES]
        for argument in tables:
            match argument.value:
                case cst.Dict(elements=elements):
                    found += [each for each in elements if isinstance(each, cst.DictElement) and _is_key(each, name)]
                case cst.Call(func=cst.Name(value="dict"), args=args):
                    found += [each for each in args if each.keyword is not None and each.keyword.value == name]
        return found[0] if len(found) == 1 else None

    @property
    def on_windows_only(self) -> bool:
        return self.platforms <= WINDOWS

    @property
    def on_posix_only(self) -> bool:
        return not self.platforms & WINDOWS


def _is_key(element: cst.DictElement, name: str) -> bool:
    return isinstance(element.key, cst.SimpleString) and element.key.evaluated_value == name


def platforms_of(seen: list[CallRecord]) -> frozenset[int]:
    """Every platform on which a call was reached."""
    return frozenset().union(*(record.platforms for record in seen))
