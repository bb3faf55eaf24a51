"""Functions as blocks of instructions: what the visitor makes of a tree, and all that the interpreter reads.

Every instruction computes one register from others and keeps its node, for spans and edits. A block has one landing
pad: what can raise there goes to it, or out of the function where it is None.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field

import libcst as cst

from inheritlint.findings.classes import distinct

#: A value that is computed once; registers are numbered within their function.
Register = int


@distinct
class Instruction:
    """Computes `dst` from other registers."""

    node: cst.CSTNode
    dst: Register

    @property
    def operands(self) -> Iterator[Register]:
        """The registers that it reads."""
        return iter(())


@distinct
class End:
    """The last thing that a block does."""

    @property
    def operands(self) -> Iterator[Register]:
        """The registers that it reads."""
        return iter(())

    @property
    def targets(self) -> tuple[int, ...]:
        """The blocks that may come next, landing pads aside."""
        return ()

    def redirect(self, numbers: Sequence[int]) -> None:
        """Go to `numbers[n]` instead of `n`."""


@distinct
class Block:
    """Instructions that run one after the other."""

    number: int
    pad: int | None
    instructions: list[Instruction] = field(default_factory=list)
    end: End | None = None


@distinct
class Class:
    """A class of the file. `stores` has for each attribute that a method assigns to its first parameter those
    methods."""

    name: str
    node: cst.ClassDef
    methods: dict[str, "Function"] = field(default_factory=dict)
    stores: dict[str, list["Function"]] = field(default_factory=dict)


@distinct
class Function:
    """The module body, a function or a lambda. `blocks` is empty until it is lowered; the first block is the entry.

    `shared` are its variables that inner functions read or write, `rebound` those that inner functions assign. `live`
    has for each block the names that are read later, and those that are shared, `kept` the registers that outlive their
    block, `dropped` those of expression statements, `handled` the landing pads from which a handler can be reached,
    `looped` the blocks that may run again, `endless` the heads of loops that only an error or the end of the process
    leaves, `order` a reverse postorder.
    """

    name: str
    node: cst.Module | cst.FunctionDef | cst.Lambda
    parent: "Function | None" = None
    owner: Class | None = None
    parameters: tuple[str, ...] = ()
    positional: int = 0  # how many of them can be given by position
    star: str | None = None
    double_star: str | None = None
    decorators: tuple[str, ...] = ()
    is_generator: bool = False
    is_async: bool = False
    inner: list["Function"] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    shared: frozenset[str] = frozenset()
    rebound: frozenset[str] = frozenset()
    live: dict[int, frozenset[str]] = field(default_factory=dict)
    kept: frozenset[Register] = frozenset()
    dropped: set[Register] = field(default_factory=set)
    handled: frozenset[int] = frozenset()
    looped: frozenset[int] = frozenset()
    endless: frozenset[int] = frozenset()
    order: dict[int, int] = field(default_factory=dict)

    def outward(self) -> Iterator["Function"]:
        """This function, then the one around it, and so on to the module."""
        each: Function | None = self
        while each is not None:
            yield each
            each = each.parent

    def __repr__(self) -> str:
        return f"<{self.name}>"
