"""A parsed file to its events, in source order."""

from collections.abc import Callable, Iterator

import libcst as cst

from inheritlint.facts.events import (
    Call,
    ChildStarted,
    Event,
    GuardTested,
    HandleCalled,
    MadeInheritable,
    Need,
    Opened,
)
from inheritlint.facts.fates import Ending, Fate, fate_of
from inheritlint.facts.observation import Argument, Observation, things_in
from inheritlint.facts.program import Program
from inheritlint.facts.target import Target
from inheritlint.facts.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    Answer,
    Bits,
    Constant,
    Items,
    PerPlatform,
    Reference,
    Table,
    Thing,
    Value,
    keeps_from_children,
    options,
    truth,
)
from inheritlint.findings import Step
from inheritlint.knowledge.calls import Deed, Kind
from inheritlint.knowledge.platforms import POSIX
from inheritlint.source.parsing import Tree


def gather(tree: Tree, target: Target) -> list[Event]:
    """Every event of the file, in source order."""
    program = Program(tree, target)
    program.run()
    events: list[Event] = []
    for node, seen in list(program.observations.items()):
        events.extend(_GATHERERS[seen[0].known.deed](program, node, seen))
    events.extend(GuardTested(tree.span(node), guard, program) for node, guard in program.dead_guards.items())
    return sorted(events, key=lambda event: event.span)


def _platforms(seen: list[Observation]) -> frozenset[int]:
    return frozenset().union(*(observation.platforms for observation in seen))


def _opened(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    platforms = _platforms(seen)
    answers = []
    for observation in seen:
        here = observation.platforms & POSIX
        if platforms & POSIX and not here:
            continue
        value = observation.value("flags")
        if value is None or observation.given.open_ended:
            answers.append(UNKNOWN)
        else:
            answers.append(keeps_from_children(value, here or observation.platforms))
    argument = seen[0].arguments.get("flags")
    yield Opened(
        program.tree.span(node),
        node,
        program,
        platforms,
        _worst(answers),
        argument,
        onto_standard_stream=isinstance(program.outline.parents[node], cst.Expr),
    )


def _worst(answers: list[Answer]) -> Answer:
    if any(answer.is_false for answer in answers):
        return FALSE
    return TRUE if answers and all(answer.is_true for answer in answers) else UNKNOWN


def _marked(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    wanted = [observation for observation in seen if _makes_inheritable(observation) and not observation.forked]
    if not wanted:
        return
    is_handle = seen[0].known.deed is Deed.HANDLE
    platforms = _platforms(wanted)
    if is_handle and platforms & POSIX:
        return
    scope = program.outline.scope_of(node)
    fate = fate_of(program, scope, node)
    is_object = seen[0].name == "socket.set_inheritable"
    target = _target_text(program, node, wanted[0], is_object)
    trace = tuple(_story(program, node, target, fate))
    yield MadeInheritable(program.tree.span(node), node, program, platforms, target, is_handle, is_object, fate, trace)


def _makes_inheritable(observation: Observation) -> bool:
    value = observation.value("inheritable")
    return value is not None and any(truth(option) is True for option in options(value, observation.platforms))


def _target_text(program: Program, node: cst.Call, observation: Observation, is_object: bool) -> str:
    if is_object and isinstance(node.func, cst.Attribute):
        return program.tree.text(node.func.value)
    argument = observation.arguments.get(observation.known.parameters[0])
    return program.tree.text(argument.node.value) if argument and argument.node else "the descriptor"


def _story(program: Program, node: cst.Call, target: str, fate: Fate) -> Iterator[Step]:
    span = program.tree.span
    if fate.created is not None:
        yield Step(span(fate.created), f"`{target}` is created here, closed to children")
    yield Step(span(node), f"`{target}` is made inheritable here")
    for child in fate.children:
        yield Step(span(child), f"this starts a child while `{target}` is inheritable")
    if fate.ending is Ending.MISSED:
        for reset in fate.resets:
            if reset in program.outline.parents:
                yield Step(span(reset), "this takes it back")
        if fate.missed_by is not None:
            yield Step(span(fate.missed_by), "a path leaves here and passes that by")


def _started(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    false_on: frozenset[int] = frozenset()
    answers = []
    for observation in seen:
        value = observation.value("close_fds")
        if value is None:
            answers.append(UNKNOWN if observation.given.open_ended else TRUE)
            continue
        here = _false_on(value, observation.platforms)
        false_on |= here
        answers.append(FALSE if here else TRUE if truth(value) else UNKNOWN)
    bound = [observation.arguments for observation in seen]
    needs = tuple(_needs(program, node))
    yield ChildStarted(
        program.tree.span(node),
        node,
        program,
        _platforms(seen),
        close_fds=_worst(answers),
        close_fds_argument=next((each["close_fds"] for each in bound if "close_fds" in each), None),
        false_on=false_on,
        pass_fds=_named(bound),
        standard_handles_chosen=all(_chooses_handles(program, each) for each in bound),
        needs=needs,
        file_marks=_marks_anything(program),
    )


def _false_on(value: Value, platforms: frozenset[int]) -> frozenset[int]:
    """Where a constant false reaches `close_fds`; a value that Python takes for false, too."""
    if isinstance(value, PerPlatform):
        return frozenset(index for index in platforms if truth(value.values[index]) is False)
    return platforms if any(truth(option) is False for option in options(value, platforms)) else frozenset()


def _named(bound: list[dict[str, Argument]]) -> Answer:
    given = [each["pass_fds"].value for each in bound if "pass_fds" in each]
    if not given:
        return FALSE
    answers = {_holds_something(value) for value in given}
    return Answer(answers.pop()) if len(answers) == 1 and len(given) == len(bound) else UNKNOWN


def _holds_something(value: Value) -> bool | None:
    return bool(value.items) if isinstance(value, Items) else None


def _chooses_handles(program: Program, arguments: dict[str, Argument]) -> bool:
    """Whether the child's standard handles, or a list of handles, are chosen (Windows then closes the rest)."""
    names = ["stdin", "stdout", "stderr"]
    if "lpAttributeList" in program.outline.names or any("handle_list" in text for text in program.outline.texts):
        names.append("startupinfo")
    for name in names:
        argument = arguments.get(name)
        if argument is not None and argument.value != Constant(None):
            return True
    return False


def _marks_anything(program: Program) -> bool:
    names = program.outline.names
    return any(name in names for name in ("set_inheritable", "F_SETFD", "dup2", "F_DUPFD", "set_handle_inheritable"))


_ENVIRONMENT_HINTS = ("FD", "FDS", "FILENO")


def _needs(program: Program, node: cst.Call) -> Iterator[Need]:
    names = program.outline.names
    texts = program.outline.texts
    if any(name in names for name in ("set_inheritable", "set_handle_inheritable")):
        yield Need.MARKED
    if any(word in text for text in texts for word in ("jobserver", "MAKEFLAGS", "MFLAGS")):
        yield Need.JOBSERVER
    if any("LISTEN_FDS" in text for text in texts):
        yield Need.LISTEN_FDS
    elif any(_is_environment_key(text) for text in texts):
        yield Need.NUMBER_IN_ENVIRONMENT
    if _comment_explains(program, node):
        yield Need.COMMENT


def _is_environment_key(text: str) -> bool:
    word = text.strip("'\"")
    return (
        word.isupper() and word.replace("_", "").isalnum() and word.split("_")[-1] in _ENVIRONMENT_HINTS and "_" in word
    )


_COMMENT_WORDS = (
    "inherit", "close_fds", "descriptor", " fd", "fds", "posix_spawn", "vfork", "fork", "jobserver", "handle",
)  # fmt: skip


def _comment_explains(program: Program, node: cst.Call) -> bool:
    """Whether a comment in the statement, or right above it, speaks of what the child inherits."""
    statement: cst.CSTNode = node
    while not isinstance(statement, cst.BaseStatement):
        statement = program.outline.parents[statement]
    start, end = program.tree.extent(statement)
    first, last = program.tree.lines.place(start)[0], program.tree.lines.place(end)[0]
    while first > 1 and program.tree.lines.line(first - 1).lstrip().startswith("#"):
        first -= 1
    comments = [
        program.tree.lines.line(number).partition("#")[2].lower()
        for number in range(first, last + 1)
        if "#" in program.tree.lines.line(number)
    ]
    return any(word in f" {comment}" for comment in comments for word in _COMMENT_WORDS)


def _handled(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    platforms = _platforms(seen)
    uncaught = [observation for observation in seen if not observation.caught]
    function = seen[0].name.rpartition(".")[2]
    yield HandleCalled(
        program.tree.span(node),
        node,
        program,
        platforms,
        function=function,
        guarded=not _platforms(uncaught) & POSIX if uncaught else True,
        given_descriptor=_is_descriptor(seen),
    )
    yield from _marked(program, node, seen)


def _is_descriptor(seen: list[Observation]) -> Answer:
    kinds = set()
    for observation in seen:
        value = observation.value("handle")
        if value is None:
            return UNKNOWN
        for option in options(value, observation.platforms):
            kinds.add(_kind(option))
    if kinds == {Kind.DESCRIPTOR}:
        return TRUE
    return FALSE if kinds == {Kind.HANDLE} else UNKNOWN


def _kind(value: Value) -> Kind | None:
    match value:
        case Bits(number, 0) if 0 <= number <= 2:
            return Kind.DESCRIPTOR
        case Thing(kind=kind):
            return kind
    return None


_GATHERERS: dict[Deed, Callable[[Program, cst.Call, list[Observation]], Iterator[Event]]] = {
    Deed.OPENS: _opened,
    Deed.MARKS: _marked,
    Deed.STARTS: _started,
    Deed.HANDLE: _handled,
}
__all__ = ["Call", "Reference", "Table", "gather", "things_in"]
