"""A function while it is lowered: the block at hand, the landing pad, loops and cleanups around."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import libcst as cst

from inheritlint.findings.classes import distinct, frozen
from inheritlint.flow.blocks import Block, End, Function, Instruction, Register
from inheritlint.flow.definitions import Definitions
from inheritlint.flow.ends import Branch, Iterate, Jump, Return
from inheritlint.flow.instructions import Load, StartIteration, Store, Suspend
from inheritlint.semantics.scopes import Kind, Scope

#: How expressions are lowered, by their classes.
Values = dict[type[cst.CSTNode], Callable[["Frame", Any], Register]]
#: How statements are lowered, by their classes.
Statements = dict[type[cst.CSTNode], Callable[["Frame", Any], None]]


@frozen
class Grammar:
    """How each kind of node is lowered: expressions to a register, statements to nothing. `condition` lowers a test,
    the ways of which lead to two blocks; `assign` a target."""

    values: Values
    statements: Statements
    condition: Callable[["Frame", cst.BaseExpression, Block, Block], None]
    assign: Callable[["Frame", cst.CSTNode, Register], None]


@frozen
class Loop:
    """Where `continue` and `break` go, and how many cleanups are around the loop."""

    head: Block
    after: Block
    cleanups: int


@frozen
class Way:
    """A way out of what is around: to the block `target` with `cleanups` left around it, or out of the function with
    `src` where that is None."""

    target: int | None
    cleanups: int = 0
    node: cst.CSTNode | None = None
    src: Register | None = None


@distinct
class Cleanup:
    """What runs on each way out: `run` lowers it and says whether the way goes on from there. `pad` and `loops` are
    those around it; `returns` counts those that had a copy of their own, None where a copy costs nothing."""

    run: Callable[[Way], bool]
    pad: int | None
    loops: int
    returns: int | None = None


class Frame:
    """The state of lowering one function; its blocks grow in `function`."""

    def __init__(self, function: Function, scope: Scope, file: Definitions, grammar: Grammar) -> None:
        self.function, self.scope, self.file = function, scope, file
        self._grammar = grammar
        self.pad: int | None = None
        self.loops: list[Loop] = []
        self.cleanups: list[Cleanup] = []
        self.copies = 0  # how many copied cleanups are around
        self.assigned: set[str] = set()  # what the class body at hand has bound so far
        self.result: Way | None = None  # how returns leave that share their cleanups
        self.pads: dict[int, int | None] = {}  # the pad around each pad that only cleans up
        self.anchors: set[int] = set()  # blocks that stay although they are empty: one in each `try`
        self._variables: dict[tuple[Scope, str], tuple[str, Function | None]] = {}
        self._registers = 0
        self._reached = {0}
        self.block = self.new()

    # Blocks

    def new(self) -> Block:
        """An empty block that is not reached yet."""
        block = Block(len(self.function.blocks), self.pad)
        self.function.blocks.append(block)
        return block

    def register(self) -> Register:
        """A new register."""
        self._registers += 1
        return self._registers

    def emit(self, instruction: Instruction) -> Register:
        """Add `instruction` where we are."""
        self._settle()
        self.block.instructions.append(instruction)
        return instruction.dst

    def _settle(self) -> None:
        """A block that is open and has our landing pad; after `return` one that is never reached."""
        if self.block.end is not None:
            self.block = self.new()
        elif self.block.pad != self.pad:
            if self.block.instructions or self.block.number in self.anchors:
                self.go_on(self.new())
            else:
                self.block.pad = self.pad

    def end(self, end: End) -> None:
        """End the block, unless it has ended: what would follow is unreachable."""
        if not isinstance(end, (Jump, Return)):
            self._settle()
        if self.block.end is None:
            self.block.end = end
            if self.is_reached:
                self._reached.update(end.targets)

    def jump(self, block: Block) -> None:
        """Go to `block`."""
        self.end(Jump(block.number))

    def go_on(self, block: Block) -> None:
        """Go to `block`, and on there."""
        self.jump(block)
        self.block = block

    @property
    def is_reached(self) -> bool:
        """Whether anything leads to the block at hand."""
        return self.block.number in self._reached

    @property
    def is_open(self) -> bool:
        """Whether control comes to this place."""
        return self.block.end is None and self.is_reached

    @contextmanager
    def landing(self, pad: Block, only_cleans: bool = False) -> Iterator[None]:
        """What can raise meanwhile goes to `pad`; `only_cleans` says that no handler begins there."""
        around, self.pad = self.pad, pad.number
        if only_cleans:
            self.pads[pad.number] = around
        self._reached.add(pad.number)
        first = self.new()
        self.anchors.add(first.number)
        self.go_on(first)
        yield
        self.pad = around

    # Nodes

    def value(self, node: cst.CSTNode) -> Register:
        """Evaluate an expression."""
        return self._grammar.values[type(node)](self, node)

    def condition(self, test: cst.BaseExpression, then: Block, other: Block) -> None:
        """Go to `then` where `test` is true, else to `other`."""
        self._grammar.condition(self, test, then, other)

    def branch(self, node: cst.CSTNode, condition: Register, then: Block, other: Block) -> None:
        """Go to `then` where the register is true, else to `other`."""
        self.end(Branch(node, then.number, other.number, condition))

    def assign(self, target: cst.CSTNode, src: Register) -> None:
        """Assign to a name, attribute, subscript, or to the elements of a tuple."""
        self._grammar.assign(self, target, src)

    def iterate(self, node: cst.For | cst.CompFor, obj: Register) -> tuple[Block, Block]:
        """Begin a loop over `obj`: what follows is its body. Returns the block that takes the next item, and the one
        where there is none."""
        iterator = self.emit(StartIteration(node.iter, self.register(), obj))
        head, body, exhausted = self.new(), self.new(), self.new()
        self.go_on(head)
        if node.asynchronous is not None:
            self.emit(Suspend(node, self.register(), "for", iterator))
        item = self.register()
        self.end(Iterate(node, body.number, exhausted.number, iterator, item))
        self.block = body
        self.assign(node.target, item)
        return head, exhausted

    def suite(self, statements: Iterable[cst.CSTNode]) -> None:
        """Run statements, or their blocks."""
        lowered = self._grammar.statements
        for statement in statements:
            lowered[type(statement)](self, statement)

    # Names

    def variable(self, name: str) -> tuple[str, Function | None]:
        """The variable that `name` is here, and whose it is."""
        found = self._variables.get((self.scope, name))
        if found is None:
            found = self._variables[self.scope, name] = self._held(self.scope.holder(name), name)
        return found

    def _held(self, holder: Scope | None, name: str) -> tuple[str, Function | None]:
        return (name, None) if holder is None else (holder.prefix + name, self.file.home(holder))

    def load(self, node: cst.CSTNode, name: str) -> Register:
        """The value of a name."""
        if self.scope.kind is Kind.CLASS and name not in self.assigned and self.scope.binds(name):
            variable, owner = self._held(self.scope.outer_holder(name), name)  # as in `x = x`
        else:
            variable, owner = self.variable(name)
        return self.emit(Load(node, self.register(), variable, owner))

    def store(self, node: cst.CSTNode, name: str, src: Register) -> None:
        """Bind a name."""
        variable, owner = self.variable(name)
        self.assigned.add(name)
        self.emit(Store(node, self.register(), variable, owner or self.function, src))

    # Ways out

    def leave(self, way: Way) -> None:
        """Run the cleanups on a way out, innermost first, and go."""
        if not self._clean_up(way):
            return
        if way.target is not None:
            self.end(Jump(way.target))
        else:
            self.end(Return(way.node or self.function.node, way.src))

    def _clean_up(self, way: Way) -> bool:
        around = self.pad, self.loops, self.cleanups
        goes_on = True
        while goes_on and len(self.cleanups) > way.cleanups:
            cleanup = self.cleanups[-1]
            self.pad, self.loops, self.cleanups = cleanup.pad, self.loops[: cleanup.loops], self.cleanups[:-1]
            goes_on = cleanup.run(way) and self.block.end is None
        self.pad, self.loops, self.cleanups = around
        return goes_on
