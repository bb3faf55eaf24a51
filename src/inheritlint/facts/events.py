"""The moments that rules listen to, each with what is known of it."""

from dataclasses import dataclass
from enum import Enum, auto

import libcst as cst

from inheritlint.facts.fates import Fate
from inheritlint.facts.observation import Argument
from inheritlint.facts.program import Program
from inheritlint.facts.record import DeadGuard
from inheritlint.facts.values import Answer
from inheritlint.findings import Span, Step
from inheritlint.knowledge.platforms import MISSPELLINGS, POSIX, WINDOWS


@dataclass(frozen=True)
class Event:
    """Something that happens at a place of the source."""

    span: Span


@dataclass(frozen=True)
class NotAnalysed(Event):
    """The file could not be read, decoded or parsed; `reason` completes the sentence "this file …"."""

    reason: str


@dataclass(frozen=True)
class Call(Event):
    """A call in a parsed file. `platforms` are those that can reach it."""

    node: cst.Call
    program: Program
    platforms: frozenset[int]

    @property
    def callee(self) -> str:
        """The function as it is written."""
        return self.program.tree.text(self.node.func)

    @property
    def on_windows_only(self) -> bool:
        return self.platforms <= WINDOWS

    @property
    def on_posix_only(self) -> bool:
        return not self.platforms & WINDOWS

    @property
    def off_windows(self) -> bool:
        return bool(self.platforms & POSIX)


@dataclass(frozen=True)
class Opened(Call):
    """`os.open`. `close_on_exec` is false where one way to the call lacks both flags; `flags` is that argument."""

    close_on_exec: Answer
    flags: Argument | None
    onto_standard_stream: bool


@dataclass(frozen=True)
class MadeInheritable(Call):
    """A descriptor, socket or handle is made inheritable for sure; `target` names it as it is written."""

    target: str
    is_handle: bool
    is_object: bool
    fate: Fate
    trace: tuple[Step, ...]

    @property
    def way_past(self) -> str:
        """How a path passes the reset by, in words."""
        match self.fate.missed_by:
            case cst.Return():
                return "a `return`"
            case cst.Raise() | None:
                return "an exception" if self.fate.missed_by else "a branch"
        return "an exception"


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
    def false_on_posix(self) -> bool:
        return bool(self.false_on & POSIX)


@dataclass(frozen=True)
class HandleCalled(Call):
    """`os.set_handle_inheritable` or `os.get_handle_inheritable`. `guarded` says that no platform other than
    Windows is harmed; `given_descriptor` that the argument is known to be one."""

    function: str
    guarded: bool
    given_descriptor: Answer


@dataclass(frozen=True)
class GuardTested(Event):
    """A platform guard around something that concerns inheritance holds nowhere."""

    guard: DeadGuard
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
