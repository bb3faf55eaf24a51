"""A child is started through `subprocess` or its kin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of, worst
from inheritlint.facts.observation import Argument, Observation
from inheritlint.facts.program import Program
from inheritlint.facts.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    Answer,
    Constant,
    Items,
    PerPlatform,
    Value,
    options,
    truth,
)
from inheritlint.findings import Span
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.platforms import POSIX


class Need(Enum):
    """Why a child may need the descriptors that `close_fds=False` lets through."""

    MARKED = auto()
    JOBSERVER = auto()
    LISTEN_FDS = auto()
    NUMBER_IN_ENVIRONMENT = auto()
    COMMENT = auto()


@dataclass(frozen=True)
class ChildStarted(Call):
    """A child is started through `subprocess` or its kin. `close_fds` is false where it is so on one way to the
    call, `false_on` says on which platforms; `pass_fds` whether descriptors are named for the child;
    `needs` what the file shows of the child's needs."""

    close_fds: Answer
    close_fds_argument: Argument | None
    false_on: frozenset[int]
    pass_fds: Answer
    standard_handles_chosen: bool
    needs: tuple[Need, ...]
    file_marks: bool

    @property
    def close_fds_span(self) -> Span:
        """Where `close_fds` is given; the whole call where it is not written in it."""
        return self.span_of(self.close_fds_argument.node if self.close_fds_argument else None)

    @property
    def false_on_posix(self) -> bool:
        return bool(self.false_on & POSIX)


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
        platforms_of(seen),
        close_fds=worst(answers),
        close_fds_argument=next((each["close_fds"] for each in bound if "close_fds" in each), None),
        false_on=false_on,
        pass_fds=_named(bound),
        standard_handles_chosen=all(_chooses_handles(program, each) for each in bound),
        needs=needs,
        file_marks=_marks_anything(program.tree.source.text),
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
    if "lpAttributeList" in program.tree.source.text or "handle_list" in program.tree.source.text:
        names.append("startupinfo")
    captured = arguments.get("capture_output")
    if captured is not None and truth(captured.value) is True:
        return True
    for name in names:
        argument = arguments.get(name)
        if argument is not None and argument.value != Constant(None):
            return True
    return False


@lru_cache(maxsize=1)  # of one file after the other, each asked for every start in it
def _marks_anything(text: str) -> bool:
    return any(name in text for name in ("set_inheritable", "F_SETFD", "dup2", "F_DUPFD", "set_handle_inheritable"))


#: The name of an environment variable that holds a number: `WERKZEUG_SERVER_FD`.
_ENVIRONMENT_KEY = re.compile(r"""["'][A-Z0-9_]+_(?:FD|FDS|FILENO)["']""")


def _needs(program: Program, node: cst.Call) -> Iterator[Need]:
    yield from _needs_of_file(program.tree.source.text)
    if _comment_explains(program, node):
        yield Need.COMMENT


@lru_cache(maxsize=1)
def _needs_of_file(text: str) -> tuple[Need, ...]:
    return tuple(_needs_told(text))


def _needs_told(text: str) -> Iterator[Need]:
    if "set_inheritable" in text or "set_handle_inheritable" in text:
        yield Need.MARKED
    if any(word in text for word in ("jobserver", "MAKEFLAGS", "MFLAGS")):
        yield Need.JOBSERVER
    if "LISTEN_FDS" in text:
        yield Need.LISTEN_FDS
    elif _ENVIRONMENT_KEY.search(text):
        yield Need.NUMBER_IN_ENVIRONMENT


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


GATHERERS = {Deed.STARTS: _started}
