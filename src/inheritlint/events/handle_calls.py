"""`os.set_handle_inheritable` and `os.get_handle_inheritable`, and the guards that keep other platforms out."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.values import FALSE, TRUE, UNKNOWN, FlagBits, ObjectRef, Tristate, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.inheritable import marked
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.interpreter.results import NeverTrue
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import MISSPELLINGS, POSIX, WINDOWS, platforms_with


@frozen
class HandleFunctionUsed(Event):
    """`function`, which only Windows has, is called, read or imported where other platforms run: that raises `error`
    there."""

    node: cst.CSTNode
    program: Program
    function: str
    error: str


@frozen
class HandleCall(Call):
    """`os.set_handle_inheritable`, `os.get_handle_inheritable` or pywin32's `win32api.SetHandleInformation`; `function`
    is that name. `given_descriptor` says that the argument is known to be one; `argument` is where it stands."""

    function: str
    argument: Argument | None
    given_descriptor: Tristate

    @property
    def instead(self) -> str:
        """The function for descriptors."""
        return "os.get_inheritable" if self.function == "os.get_handle_inheritable" else "os.set_inheritable"


@frozen
class PlatformGuard(Event):
    """A platform guard around something that concerns inheritance holds nowhere."""

    guard: NeverTrue
    program: Program

    @property
    def reads(self) -> str:
        """What is compared, as it is called: `sys.platform`, `platform.system()`."""
        return f"{self.guard.reads}()" if self.guard.reads.startswith("platform.") else self.guard.reads

    @property
    def written(self) -> str:
        """The values that are never true, as literals."""
        return ", ".join(f'"{text}"' for text in self.guard.written)

    @property
    def meant(self) -> str:
        """The values that were meant, as literals in backquotes."""
        return ", ".join(dict.fromkeys(f'`"{self.meaning(text)}"`' for text in self.guard.written))

    def meaning(self, text: str) -> str:
        """The value that was meant by `text`."""
        return MISSPELLINGS[self.guard.reads][text]


def guards_tested(program: Program) -> Iterator[Event]:
    """One event for each guard that holds nowhere, and was meant to hold where the code runs."""
    for node, guard in dict(program.dead_guards()).items():
        meant = (MISSPELLINGS[guard.reads][text] for text in guard.written)
        if any(platforms_with(guard.reads, value) & program.target.everywhere for value in meant):
            yield PlatformGuard(program.tree.span(node), guard, program)


def functions_read(program: Program) -> Iterator[Event]:
    """One event for each function of handles that is read for later, where other platforms run."""
    for node, name in program.read_for_later.items():
        error = "ImportError" if isinstance(node, cst.ImportAlias) else "AttributeError"
        yield HandleFunctionUsed(program.tree.span(node), node, program, f"os.{name}", error)


def _handled(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    platforms = platforms_of(seen)
    uncaught = [record for record in seen if not record.caught]
    module, _, function = seen[0].name.rpartition(".")
    is_builtin = module in ("os", "nt", "posix")  # the others are nowhere but on Windows
    given_descriptor = _is_descriptor(seen)
    if seen[0].given is None:  # else a function of the file calls it: there it is checked
        name = f"os.{function}"
        if is_builtin and platforms_of(uncaught) & POSIX and not _is_read_before(program, node, function):
            yield HandleFunctionUsed(program.tree.span(node), node, program, name, "AttributeError")
        yield HandleCall(
            program.tree.span(node),
            node,
            program,
            platforms,
            function=name if is_builtin else seen[0].name,
            argument=seen[0].bound.get("handle"),
            given_descriptor=given_descriptor,
        )
    yield from marked(program, node, seen, is_descriptor=given_descriptor.is_true)


def _is_read_before(program: Program, node: cst.Call, function: str) -> bool:
    """Whether the function has another name in `node`, and was read for it where it is missing."""
    return node not in program.handle_calls and function in program.names_read_for_later


def _is_descriptor(seen: list[CallRecord]) -> Tristate:
    kinds = set()
    for record in seen:
        value = record.value("handle")
        if value is None:
            return UNKNOWN
        # Elsewhere the call does not exist, whatever it is given.
        for option in alternatives(value, record.platforms & WINDOWS or record.platforms):
            kinds.add(_kind(option))
    if kinds == {Kind.DESCRIPTOR}:
        return TRUE
    return FALSE if kinds == {Kind.HANDLE} else UNKNOWN


def _kind(value: Value) -> Kind | None:
    match value:
        case FlagBits(number, 0) if 0 <= number <= 2:
            return Kind.DESCRIPTOR
        case ObjectRef(kind=kind):
            return kind
    return None


#: What a function of the file makes inheritable for its callers.
CHOSEN = {Effect.HANDLE_FLAG: frozenset(["handle", "inheritable", "flags"])}
EVENT_BUILDERS = {Effect.HANDLE_FLAG: _handled}
