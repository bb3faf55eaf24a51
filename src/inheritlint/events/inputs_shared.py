"""A child gets the standard input from which this program reads requests: it takes what is not meant for it."""

from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.standard_streams import number_of
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, ConstantValue, ObjectRef, QualifiedName, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.protocols import SHARING
from inheritlint.source.nodes import below

_STARTING = (Effect.SUBPROCESS, Effect.SPAWN)
#: A `preexec_fn` that leaves the standard streams alone.
_LEAVING = frozenset(["os.setsid", "os.setpgrp", "os.setpgid"])
#: Arguments that say that the child is to read standard input.
_READING = frozenset(["-", "--stdin", "/dev/stdin", "/dev/fd/0"])
_LOOPS = (cst.For, cst.While, cst.CompFor)
_FUNCTIONS = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


@frozen
class InputShared(Call):
    """A child is started with the standard input from which the program reads requests. `reader` is what reads them,
    None where only the settings say that something does; `can_redirect` says that the call takes `stdin`."""

    reader: cst.CSTNode | None
    can_redirect: bool


def inputs_shared(program: Program) -> Iterator[Event]:
    """One event for each call that starts such a child."""
    starts = {node: seen for node, seen in program.records.items() if all(map(_shares, seen))}
    if not starts or not _reads(program) or _is_redirected(program):
        return
    requests = _Requests(program)
    for node, seen in starts.items():
        serving = requests.served_by(node)
        reader = requests.readers.get(node, serving)
        is_served = reader is not None and (serving is not None or not requests.asks)
        if (not is_served and not program.target.stdio_server) or requests.asks_beside(node):
            continue
        if not _redirects_itself(program, node, seen):
            can_redirect = seen[0].spec.effect is Effect.SUBPROCESS
            yield InputShared(
                program.tree.span(node), node, program, platforms_of(seen), reader if is_served else None, can_redirect
            )


def _reads(program: Program) -> bool:
    serves = any(seen[0].spec.effect is Effect.SERVE for seen in program.records.values())
    return serves or bool(program.file.reads) or program.target.stdio_server


def _is_redirected(program: Program) -> bool:
    """Whether the program gives itself another standard input, which children may have."""
    return any(
        each.spec.effect is Effect.DUP2 and (target := each.value("fd2")) is not None and number_of(target) == 0
        for seen in program.records.values()
        for each in seen
    )


class _Requests:
    """Where a file reads requests from standard input, and what is started between two of them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        #: The loops that read a piece each time, with what reads it.
        self._loops = dict(self._found())

    def _found(self) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        for read, again in self._program.file.reads.items():
            if read in self._program.outline.parents and (loop := self._loop_around(read, again)) is not None:
                yield loop, read

    def _loop_around(self, read: cst.CSTNode, again: bool) -> cst.CSTNode | None:
        """The innermost loop that runs `read` in each round; with `again` the one that goes through it."""
        inner = read
        for node in self._program.around(read):
            if isinstance(node, _FUNCTIONS):
                break
            goes_through = isinstance(node, (cst.For, cst.CompFor)) and node.iter is inner
            runs_once = (goes_through and not (again and inner is read)) or inner is getattr(node, "orelse", None)
            if isinstance(node, _LOOPS) and not runs_once:
                return self._program.outline.parents[node] if isinstance(node, cst.CompFor) else node
            inner = node
        return None

    def served_by(self, start: cst.CSTNode) -> cst.CSTNode | None:
        """What reads requests as long as the program runs, and may start that child for one of them."""
        if self._server is not None:
            return self._server
        here = self._users_of(start)
        return next((read for read in self._decoded if self._meet(here, self._users_of(read))), None)

    def _users_of(self, node: cst.CSTNode) -> set[Function]:
        """The function around `node`, and all that use it, or what uses it: the module only where it is that."""
        home = self._program.function_around(node)
        found, pending = {home}, [home]
        while pending:
            used_on = self._program.file.used_on.get(pending.pop(), {})
            users = [user for user in used_on if user not in found and user is not self._program.module]
            found |= set(users)
            pending += users
            if self._program.module in used_on:
                found.add(self._program.module)
        return found

    def _meet(self, one: set[Function], other: set[Function]) -> bool:
        """Whether one function leads to both: a function that both share, or a class of which both have methods."""
        shared = one & other - {self._program.module}
        loops_there = any(self._program.function_around(loop) is self._program.module for loop in self._loops)
        owners = {each.owner for each in one if each.owner} & {each.owner for each in other if each.owner}
        return bool(shared or owners or (loops_there and self._program.module in one & other))

    @cached_property
    def _server(self) -> cst.CSTNode | None:
        """What serves requests by standard input: it may call whatever the file has."""
        served = (
            node
            for node, seen in self._program.records.items()
            if any(each.spec.effect is Effect.SERVE and _is_by_stdio(each) for each in seen)
        )
        return next(served, None)

    @cached_property
    def _decoded(self) -> list[cst.CSTNode]:
        """What reads, in a loop, pieces of which messages are made."""
        decodes = (
            _is_of_input(each)
            for found in (self._program.records, self._program.file.relayed)
            for seen in found.values()
            for each in seen
            if each.spec.effect is Effect.DECODE
        )
        return list(self._loops.values()) if self._loops and any(decodes) else []

    @cached_property
    def readers(self) -> dict[cst.CSTNode, cst.CSTNode]:
        """The calls that start a child between two pieces, each with what reads them."""
        found: dict[cst.CSTNode, cst.CSTNode] = {}
        for node in (*self._program.records, *self._program.file.relayed) if self._loops else ():
            loop = next((each for each in self._program.around(node) if each in self._loops), None)
            if loop is not None and self._comes_again(node):
                for each in self._program.seen_at(node):
                    if each.spec.effect in _STARTING:
                        found[each.inner or node] = self._loops[loop]
        return found

    def _comes_again(self, node: cst.CSTNode) -> bool:
        """Whether what runs `node` may run it again: a loop that it leaves for good reads nothing afterwards."""
        function = self._program.function_around(node)
        return any(
            each.node is node
            for block in function.blocks
            if block.number in function.looped
            for each in block.instructions
        )

    @cached_property
    def asks(self) -> frozenset[cst.CSTNode]:
        """The calls that ask a person at a terminal, or whether there is one."""
        return frozenset(n for n, seen in self._program.records.items() if seen[0].spec.effect is Effect.ASK)

    def asks_beside(self, node: cst.CSTNode) -> bool:
        """Whether the function that makes the call `node` asks a person, too: the child may be meant to do the same."""
        here = self._program.function_around(node)
        return any(self._program.function_around(each) is here for each in self.asks)


def _is_by_stdio(record: CallRecord) -> bool:
    transport = record.value("transport")
    if transport is None:
        return not record.arguments.has_unpacking
    return any(option in (NONE, ConstantValue("stdio")) for option in alternatives(transport))


def _is_of_input(record: CallRecord) -> bool:
    """Whether a message is made of a piece of standard input."""
    given = record.value("text") or record.value("file")
    return given is not None and any(
        isinstance(option, ObjectRef) and option.kind in (Kind.REQUEST, Kind.INPUT) for option in alternatives(given)
    )


def _shares(record: CallRecord) -> bool:
    """Whether the child surely has this program's standard input."""
    bound = record.bound
    if record.name not in SHARING or record.forked or record.may_have_more_arguments or record.is_trial:
        return False
    if bound["stdin"].value != NONE if "stdin" in bound else "input" in bound:
        return False
    return _leaves_streams(bound["preexec_fn"].value if "preexec_fn" in bound else NONE) and not _is_told(record)


def _leaves_streams(value: Value) -> bool:
    return value == NONE or (isinstance(value, QualifiedName) and value.name in _LEAVING)


def _is_told(record: CallRecord) -> bool:
    """Whether an argument says that the child is to read standard input, or, of `ssh`, that it is not."""
    given = record.bound.get("args") or record.bound.get("program")
    words = given.value.items if given is not None and isinstance(given.value, SequenceValue) else ()
    words = (*words, *(each.value for each in record.arguments.positional))
    texts = [each.value for each in words if isinstance(each, ConstantValue) and isinstance(each.value, str)]
    return not _READING.isdisjoint(texts) or ("ssh" in texts and "-n" in texts)


def _redirects_itself(program: Program, node: cst.Call, seen: list[CallRecord]) -> bool:
    """Whether the command is for a shell, and may say where its input comes from."""
    shell = seen[0].value("shell")
    by_shell = shell is not None and truth(shell) is not False
    if not by_shell and not seen[0].name.endswith(("os.system", "_shell")):
        return False
    written = node.args[0].value if node.args else node
    if isinstance(written, cst.Name):
        given = seen[0].arguments.positional[0].value if seen[0].arguments.positional else None
        return isinstance(given, ConstantValue) and "<" in str(given.value)
    return any(
        "<" in each.value for each in below(written) if isinstance(each, (cst.SimpleString, cst.FormattedStringText))
    )
