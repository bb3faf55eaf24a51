"""How a block ends: where control goes from there."""

from collections.abc import Iterator, Sequence

import libcst as cst

from inheritlint.findings.classes import distinct
from inheritlint.flow.blocks import End, Register


@distinct
class Jump(End):
    """On to `target`."""

    target: int

    @property
    def targets(self) -> tuple[int, ...]:
        return (self.target,)

    def redirect(self, numbers: Sequence[int]) -> None:
        self.target = numbers[self.target]


@distinct
class Fork(End):
    """One of two ways."""

    node: cst.CSTNode
    then: int
    other: int

    @property
    def targets(self) -> tuple[int, ...]:
        return self.then, self.other

    def redirect(self, numbers: Sequence[int]) -> None:
        self.then, self.other = numbers[self.then], numbers[self.other]


@distinct
class Branch(Fork):
    """To `then` where `condition` is true, else to `other`."""

    condition: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.condition


@distinct
class Iterate(Fork):
    """Takes the next item of `iterator` into `dst` and goes to `then`; to `other` where there is none."""

    iterator: Register
    dst: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.iterator


@distinct
class Match(Fork):
    """To `then` where `subject` fits a pattern. Where the pattern compares with values, `values` are those, one of
    which must be equal; `certain` says that it fits for sure where one of them is (or, without values, always)."""

    subject: Register
    values: tuple[Register, ...]
    certain: bool

    @property
    def operands(self) -> Iterator[Register]:
        yield self.subject
        yield from self.values


@distinct
class Catch(Fork):
    """To `then` where the exception in flight is one of `types` (their last names, `?` for what cannot be read; an
    empty tuple catches everything), else to `other`. `raises` says that the handler always raises in the end."""

    types: tuple[str, ...]
    raises: bool = False


@distinct
class Suppress(Fork):
    """After `manager` saw the exception in flight: to `then` where it swallows it, else to `other`."""

    manager: Register

    @property
    def operands(self) -> Iterator[Register]:
        yield self.manager


@distinct
class Return(End):
    """Out of the function with `src`, None where nothing is given. `node` is the statement, or the function where its
    body ends by itself."""

    node: cst.CSTNode
    src: Register | None

    @property
    def operands(self) -> Iterator[Register]:
        if self.src is not None:
            yield self.src


@distinct
class Raise(End):
    """An exception leaves. `name` is the last name of its class where that can be read; with neither `exc` nor `name`
    what is in flight goes on."""

    node: cst.CSTNode
    exc: Register | None
    name: str | None = None

    @property
    def operands(self) -> Iterator[Register]:
        if self.exc is not None:
            yield self.exc
