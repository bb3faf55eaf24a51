"""Where an object that is only known by where it came from did come from: the root of every access path."""

import libcst as cst

from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Class, Function


class Origin:
    """Base of the origins; all are hashable and compare by content."""

    __slots__ = ()


@frozen
class Anything(Origin):
    """Not known: two of these need not be the same object, so nothing is remembered of one."""


@frozen
class Made(Origin):
    """What the expression or statement `node` made: the result of a call, a display, an exception caught. `part` tells
    the things apart that one node makes, `maker` is the function around it, and `via` the calls of functions of the
    file in which it was made, outermost first."""

    node: cst.CSTNode
    part: str = ""
    maker: Function | None = None
    via: tuple[cst.CSTNode, ...] = ()

    def __eq__(self, other: object) -> bool:  # asked more than anything else: nodes and functions are themselves alone
        return self is other or (
            isinstance(other, Made)
            and self.node is other.node
            and self.maker is other.maker
            and self.part == other.part
            and self.via == other.via
        )

    def __hash__(self) -> int:
        return hash((self.node, self.part, self.maker, self.via))


@frozen
class Instance(Origin):
    """An instance of a class of the file, made by `node`."""

    node: cst.CSTNode
    definition: Class


@frozen
class Parameter(Origin):
    """What a caller gives for a parameter of `function`."""

    function: Function
    name: str


@frozen
class Receiver(Origin):
    """The instance, or the class, whose method runs: one object for all methods of a class."""

    definition: Class


@frozen
class Variable(Origin):
    """Whatever a variable of `owner` holds that others may assign."""

    owner: Function | None
    name: str


@frozen
class Imported(Origin):
    """A variable of another module."""

    name: str


@frozen
class StandardStream(Origin):
    """`sys.stdin`, `sys.stdout`, `sys.stderr`, and their originals, by qualified name."""

    name: str


@frozen
class Numbered(Origin):
    """The descriptor of that very number."""

    number: int


@frozen
class NumbersFrom(Origin):
    """Every number from `first` on."""

    first: int


@frozen
class Derived(Origin):
    """What an operation makes of known things: the same of the same things."""

    operation: str
    parts: tuple[object, ...]
