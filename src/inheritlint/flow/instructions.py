"""What can stand in a block: one class for each thing that computes a register."""

from collections.abc import Iterator
from dataclasses import field
from typing import Any

import libcst as cst

from inheritlint.findings.classes import distinct, frozen
from inheritlint.flow.blocks import Class, Function, Instruction, Register


@distinct
class Literal(Instruction):
    """A number, text, bytes, None, True, False, `...`."""

    value: Any


@distinct
class Load(Instruction):
    """The variable `name` of `owner`; of no scope of the file where that is None: a builtin, or unknown."""

    name: str
    owner: Function | None


@distinct
class Store(Instruction):
    """`name = src`; `owner` is the function, or module, whose variable it is."""

    name: str
    owner: Function
    src: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.src


@distinct
class Delete(Instruction):
    """`del name`."""

    name: str
    owner: Function


@distinct
class Import(Instruction):
    """The module, or the member of one, of that qualified name.

    With `star` it binds all public members of the module, as variables of the module of the file: of `names`, which
    the file reads and nothing else binds, those that exist.
    """

    qualified: str
    star: bool = False
    names: tuple[str, ...] = ()


@distinct
class LoadAttribute(Instruction):
    """`obj.name`."""

    obj: Register
    name: str

    @property
    def operands(self) -> Iterator[Register]:
        yield self.obj


@distinct
class StoreAttribute(Instruction):
    """`obj.name = src`; deleted where `src` is None."""

    obj: Register
    name: str
    src: Register | None

    @property
    def operands(self) -> Iterator[Register]:
        yield self.obj
        if self.src is not None:
            yield self.src


@distinct
class LoadItem(Instruction):
    """`obj[index]`."""

    obj: Register
    index: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield from (self.obj, self.index)


@distinct
class StoreItem(Instruction):
    """`obj[index] = src`; deleted where `src` is None."""

    obj: Register
    index: Register
    src: Register | None

    @property
    def operands(self) -> Iterator[Register]:
        yield from (self.obj, self.index)
        if self.src is not None:
            yield self.src


@distinct
class Slice(Instruction):
    """`lower:upper:step`, each None where it is left out: an index."""

    lower: Register | None
    upper: Register | None
    step: Register | None

    @property
    def operands(self) -> Iterator[Register]:
        yield from (each for each in (self.lower, self.upper, self.step) if each is not None)


@distinct
class Unpack(Instruction):
    """Element `index` of the `count` targets among which `obj` is unpacked; the target at `starred` takes the rest."""

    obj: Register
    index: int
    count: int
    starred: int | None = None

    @property
    def operands(self) -> Iterator[Register]:
        yield self.obj


@distinct
class Build(Instruction):
    """A display: a tuple, list, set or dict. `spread` holds the positions of items that are starred; of a dict `keys`
    has a register for each item, None where `**item` is spread."""

    kind: str
    items: tuple[Register, ...]
    keys: tuple[Register | None, ...] = ()
    spread: frozenset[int] = frozenset()

    @property
    def operands(self) -> Iterator[Register]:
        yield from self.items
        yield from (key for key in self.keys if key is not None)


@distinct
class Collect(Instruction):
    """A round of a comprehension: `item` (under `key` in a dict) is added to `container`."""

    container: Register
    item: Register
    key: Register | None = None

    @property
    def operands(self) -> Iterator[Register]:
        yield from (self.container, self.item)
        if self.key is not None:
            yield self.key


@distinct
class Concatenate(Instruction):
    """A formatted or concatenated text: its pieces in their order."""

    pieces: tuple[Register, ...]

    @property
    def operands(self) -> Iterator[Register]:
        yield from self.pieces


@distinct
class Operate(Instruction):
    """`left op right`, or `op left`; `op` is the name of LibCST's operator class (`BitOr`, `Not`, `In`), without
    `Assign` at its end."""

    op: str
    left: Register
    right: Register | None = None

    @property
    def operands(self) -> Iterator[Register]:
        yield self.left
        if self.right is not None:
            yield self.right


@distinct
class StartIteration(Instruction):
    """`iter(obj)`."""

    obj: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.obj


@distinct
class Move(Instruction):
    """The same value: the two sides of `a if c else b`, `a and b` meet in one register, `a: C = b` says what it is."""

    src: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.src


@frozen
class Argument:
    """One argument of a call as it is written; `star` is `*`, `**` or empty."""

    register: Register
    node: cst.Arg
    keyword: str | None = None
    star: str = ""


@distinct
class Call(Instruction):
    """`func(*arguments)`; `receiver` is `x` of `x.method(…)`."""

    func: Register
    arguments: tuple[Argument, ...]
    receiver: Register | None = None

    @property
    def operands(self) -> Iterator[Register]:
        yield self.func
        yield from (argument.register for argument in self.arguments)
        if self.receiver is not None:
            yield self.receiver


@distinct
class Suspend(Instruction):
    """`yield src`, `yield from src`, `await src`, a step of `async for` or `async with`: others run meanwhile, and may
    end us here. `kind` is `yield`, `yield from`, `await`, `for` or `with`."""

    kind: str
    src: Register | None

    @property
    def operands(self) -> Iterator[Register]:
        if self.src is not None:
            yield self.src


@distinct
class Enter(Instruction):
    """What `with manager` binds."""

    manager: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.manager


@distinct
class Leave(Instruction):
    """The end of a `with`, on one of its ways out."""

    manager: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.manager


@distinct
class Caught(Instruction):
    """The exception that a handler names."""


@distinct
class Opaque(Instruction):
    """Something that is not computed, out of `parts`."""

    parts: tuple[Register, ...] = ()

    @property
    def operands(self) -> Iterator[Register]:
        yield from self.parts


@distinct
class MakeFunction(Instruction):
    """`def` or `lambda`. `defaults` are (parameter, register)."""

    function: Function
    decorators: tuple[Register, ...] = ()
    defaults: tuple[tuple[str, Register], ...] = ()

    @property
    def operands(self) -> Iterator[Register]:
        yield from self.decorators
        yield from (register for _, register in self.defaults)


@distinct
class MakeClass(Instruction):
    """`class`, after its body has run. `members` says under which variable each attribute was left."""

    definition: Class
    bases: tuple[Register, ...]
    decorators: tuple[Register, ...] = ()
    members: dict[str, str] = field(default_factory=dict)

    @property
    def operands(self) -> Iterator[Register]:
        yield from self.bases
        yield from self.decorators
