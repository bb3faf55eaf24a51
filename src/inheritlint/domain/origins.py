"""Where an object that is only known by where it came from did come from: the root of every access path."""

import libcst as cst

from inheritlint.findings.classes import KeepsHash, distinct, frozen
from inheritlint.flow.blocks import Class, Function


class Origin(KeepsHash):
    """Base of the origins; all are hashable, and compare by content, or are what `Origins` gives each time."""

    __slots__ = ()


@frozen
class Anything(Origin):
    """Not known: two of these need not be the same object, so nothing is remembered of one."""


@distinct
class Made(Origin):
    """What the expression or statement `node` made: the result of a call, a display, an exception caught. `part` tells
    the things apart that one node makes, `maker` is the function around it, and `via` the calls of functions of the
    file in which it was made, outermost first. Only `Origins` makes one: two with the same fields are not equal."""

    node: cst.CSTNode
    part: str = ""
    maker: Function | None = None
    via: tuple[cst.CSTNode, ...] = ()


@distinct
class Instance(Origin):
    """An instance of a class of the file, made by `node`."""

    node: cst.CSTNode
    definition: Class


class Origins:
    """What the nodes of one file make, each thing once: nothing else is compared so often."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Made] = {}
        self._instances: dict[tuple[int, Class], Instance] = {}

    def made(
        self, node: cst.CSTNode, part: str = "", maker: Function | None = None, via: tuple[cst.CSTNode, ...] = ()
    ) -> Made:
        """What `node` makes."""
        key = id(node), part, maker, tuple(map(id, via)) if via else ()  # a node is slow to hash, and is kept here
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = Made(node, part, maker, via)
        return known

    def instance(self, node: cst.CSTNode, definition: Class) -> Instance:
        """The instance of a class that `node` makes."""
        key = id(node), definition
        known = self._instances.get(key)
        if known is None:
            known = self._instances[key] = Instance(node, definition)
        return known


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
