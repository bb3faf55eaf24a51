"""One file as a program that was run on all its paths: what was seen, and where."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from inheritlint.domain.alternatives import things_in
from inheritlint.domain.origins import Made, Origin
from inheritlint.domain.values import FlagBits, ObjectRef, Value
from inheritlint.flow.blocks import Function
from inheritlint.flow.lowering import Lowering
from inheritlint.interpreter.annotations import Annotations
from inheritlint.interpreter.exits import Exits
from inheritlint.interpreter.reach import functions_in
from inheritlint.interpreter.records import CallRecord
from inheritlint.interpreter.results import FileResults, NeverTrue
from inheritlint.interpreter.summaries import Summaries
from inheritlint.interpreter.target import Target
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import EFFECTS_NEEDING_MODULE, Effect
from inheritlint.knowledge.ends import FORKING_NAMES, LISTENING, PAIR_NAMES
from inheritlint.knowledge.platforms import POSIX
from inheritlint.knowledge.triggers import DISTINCTIVE_NAMES
from inheritlint.semantics.outline import Outline
from inheritlint.source.nodes import walk
from inheritlint.source.parsing import Tree

_LOOPS = (cst.For, cst.While, cst.CompFor, cst.BaseComp)


class Program:
    """A parsed file, its scopes, and the results of solving its functions."""

    def __init__(self, tree: Tree, target: Target) -> None:
        self.tree, self.target = tree, target
        self.outline = Outline()
        walk(tree.module, self.outline)
        tree.parents = self.outline.parents
        lowering = Lowering(tree.module, self.outline)
        self.module = lowering.module
        annotations = Annotations(self.outline.qualified)
        self.file = FileResults(self.module, annotations, target.platforms_of(tree.source.path), target.spawners)
        names = self.outline.names
        self.file.has_ends = not PAIR_NAMES.isdisjoint(names) or (
            not FORKING_NAMES.isdisjoint(names) and not LISTENING.isdisjoint(names)
        )
        self.summaries = Summaries(self.file, lowering.lower)

    def run(self) -> None:
        """Solve the file."""
        self.summaries.run()

    # What was seen

    @property
    def records(self) -> dict[cst.Call, list[CallRecord]]:
        """Every call that rules listen to, with what each path saw there."""
        return self.file.records

    def relayed(self, node: cst.CSTNode) -> list[CallRecord]:
        """What a function of the file that is called at `node` calls in the end."""
        return self.file.relayed.get(node, []) if isinstance(node, cst.Call) else []

    def seen_at(self, node: cst.CSTNode) -> list[CallRecord]:
        """What was seen of a call, or of the calls behind it."""
        return (self.file.records.get(node) or self.relayed(node)) if isinstance(node, cst.Call) else []

    def is_child(self, forks: frozenset[cst.CSTNode]) -> bool:
        """Whether only the child of a fork runs what ran after `forks`; where the parent ends, the child is the
        process."""
        return not forks.isdisjoint(self.file.surviving_parents)

    # Functions

    @cached_property
    def functions(self) -> dict[cst.CSTNode, Function]:
        """The functions of the file by their nodes, the module among them."""
        return {each.node: each for each in (self.module, *functions_in(self.module))}

    def function_around(self, node: cst.CSTNode) -> Function:
        """The function in whose body `node` runs: class bodies run in the one around them."""
        scope = self.outline.enclosing(node)
        while scope not in self.functions:
            scope = self.outline.enclosing(scope)
        return self.functions[scope]

    def exits(self, function: Function) -> Exits | None:
        """How a function is left; None where it was never solved."""
        summary = self.summaries.summary_of(function)
        return None if summary is None else summary.exits

    @cached_property
    def all_exits(self) -> dict[Function, Exits]:
        """How each function is left."""
        found = {function: self.exits(function) for function in self.functions.values()}
        return {function: exits for function, exits in found.items() if exits is not None}

    def finished_on(self, node: cst.CSTNode) -> frozenset[int]:
        """The platforms on which the function around `node`, which sets or resets a flag, returns after it: elsewhere
        it reads what is not there. All of them where it never returns."""
        exits = self.exits(self.function_around(node))
        returned = exits.returned.states if exits is not None else []
        after = [
            state for state in returned if state.is_marked_by(node) or any(by is node for by in state.closed.values())
        ]
        return frozenset().union(*(state.platforms for state in after)) if after else self.target.everywhere

    @cached_property
    def marking(self) -> dict[cst.CSTNode, list[Function]]:
        """For each place that makes something inheritable, the functions that are left after it."""
        found: dict[cst.CSTNode, dict[Function, None]] = defaultdict(dict)
        for function, exits in self.all_exits.items():
            for state in (*exits.returned.states, *exits.raised.states):
                for _, node in state.marks:
                    found[node][function] = None
        return {node: list(functions) for node, functions in found.items()}

    @cached_property
    def holders(self) -> dict[ObjectRef, list[tuple[Function, str]]]:
        """The variables that several functions see, by each object that they may hold."""
        found: dict[ObjectRef, list[tuple[Function, str]]] = defaultdict(list)
        for variable, value in self.file.variables.items():
            for thing in things_in(value):
                found[thing.base].append(variable)
        return found

    # The tree

    def around(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes around `node`, innermost first."""
        found = []
        while node in self.outline.parents:
            node = self.outline.parents[node]
            found.append(node)
        return found

    def is_made_elsewhere(self, origin: Origin, node: cst.CSTNode) -> bool:
        """Whether `origin` is a call that stands in another function than `node`."""
        return isinstance(origin, Made) and (bool(origin.via) or self._maker(origin.node) is not self._maker(node))

    def is_made_in_a_loop(self, origin: Origin) -> bool:
        """Whether `origin` is a call that a loop may make again."""
        return isinstance(origin, Made) and any(isinstance(each, _LOOPS) for each in self.around(origin.node))

    def _maker(self, node: cst.CSTNode) -> Function:
        function = self.function_around(node)
        while isinstance(function.node, cst.Lambda) and function.parent is not None:
            function = function.parent
        return function

    @cached_property
    def numbers(self) -> dict[Value, list[str]]:
        """The names that the module leaves for each integer of which the bits are known."""
        found: dict[Value, list[str]] = defaultdict(list)
        for name, value in self.file.globals.items():
            if isinstance(value, FlagBits):
                found[value].append(name)
        return found

    def call_with(self, node: cst.CSTNode) -> cst.Call | None:
        """The call of which `node` is the function or an argument."""
        around = self.outline.parents.get(node)
        around = self.outline.parents.get(around) if isinstance(around, cst.Arg) else around
        return around if isinstance(around, cst.Call) else None

    @cached_property
    def handle_reads(self) -> dict[cst.CSTNode, str]:
        """Where functions of handles are read by their own names, on platforms that lack them, and that is not
        caught."""
        return {node: name for node, (name, platforms) in self.file.missing.items() if platforms & POSIX}

    @cached_property
    def handle_calls(self) -> frozenset[cst.CSTNode]:
        """The calls that read such a function, and call it."""
        found = set()
        for node in self.handle_reads:
            call = self.call_with(node)
            seen = self.records.get(call, ()) if call is not None else ()
            if call is not None and (call.func is node or any(each.spec.effect is Effect.HANDLE_FLAG for each in seen)):
                found.add(call)
        return frozenset(found)

    @cached_property
    def read_for_later(self) -> dict[cst.CSTNode, str]:
        """The reads among them that are told of no call."""
        reads = self.handle_reads.items()
        return {node: name for node, name in reads if self.call_with(node) not in self.handle_calls}

    @cached_property
    def names_read_for_later(self) -> frozenset[str]:
        """The functions that these read."""
        return frozenset(self.read_for_later.values())

    def dead_guards(self) -> Iterator[tuple[cst.CSTNode, NeverTrue]]:
        """Comparisons that hold on no platform and keep relevant code from ever running."""
        for function, number, never in self.file.dead_edges:
            if self._concerns(function, number):
                yield never.node, never

    def _concerns(self, function: Function, number: int) -> bool:
        """Whether relevant code can only run behind a block that is never reached."""
        summary = self.summaries.summary_of(function)
        reached = summary.reached if summary is not None else frozenset()
        seen, pending = set(reached), [number]
        while pending:
            block = function.blocks[pending.pop()]
            if block.number in seen:
                continue
            seen.add(block.number)
            if any(self._speaks(each.node) for each in block.instructions):
                return True
            pending += list(block.end.targets) if block.end is not None else []
        return False

    def _speaks(self, node: cst.CSTNode | None) -> bool:
        """Whether `node` is a name, or a call, that a rule could report."""
        called = node.func if isinstance(node, cst.Call) else node
        if not isinstance(called, (cst.Name, cst.Attribute)):
            return False
        names = list(self.outline.qualified(called))
        last = called.attr.value if isinstance(called, cst.Attribute) else called.value
        return last in DISTINCTIVE_NAMES or any(
            name in CALLS and CALLS[name].effect in EFFECTS_NEEDING_MODULE for name in names
        )
