"""The automaton of one descriptor after one place made it inheritable.

    absent ──made inheritable──▶ inheritable ──reset or closed──▶ reset
                                     ▲                             │
                                     └──────made inheritable───────┘

Where paths meet, it may be in several of these states; nothing that may have happened is forgotten.
"""

from dataclasses import replace
from enum import Enum, auto

import libcst as cst

from inheritlint.findings.classes import KeepsHash, frozen


class Inheritance(Enum):
    """Where a descriptor may stand."""

    ABSENT = auto()  # that place has not made it inheritable on this path
    INHERITABLE = auto()
    RESET = auto()  # made non-inheritable again, or closed


@frozen
class InheritableMark(KeepsHash):
    """What may have become of a descriptor since a place made it inheritable. `resets` are the calls that took it back,
    `children` what was started while it was inheritable, `forked` the forks in whose child this happened, and
    `after_reset` says that it had been made non-inheritable on purpose before, `adopted` that the parent process made
    it so. `passed` says that it is an element that a loop has left behind, so that what is closed now is another one,
    `spared` that another one was."""

    may_be: frozenset[Inheritance]
    resets: frozenset[cst.CSTNode] = frozenset()
    children: frozenset[cst.CSTNode] = frozenset()
    forked: frozenset[cst.CSTNode] = frozenset()
    after_reset: bool = False
    adopted: bool = False
    passed: bool = False
    spared: bool = False

    @property
    def is_inheritable(self) -> bool:
        """Whether children may get it now."""
        return Inheritance.INHERITABLE in self.may_be

    @property
    def is_surely_inheritable(self) -> bool:
        """Whether children get it now, whichever way led here."""
        return self.may_be == {Inheritance.INHERITABLE} and not self.adopted

    @property
    def was_made(self) -> bool:
        """Whether that place has made it inheritable on any path."""
        return self.may_be != {Inheritance.ABSENT}

    def reset(self, by: cst.CSTNode, *, one: bool = False) -> "InheritableMark":
        """After `by` took it back, or whichever `one` of the elements among which it is."""
        if not self.is_inheritable:
            return self
        if self.passed and one:
            return replace(self, spared=True)
        return replace(
            self, may_be=self.may_be - {Inheritance.INHERITABLE} | {Inheritance.RESET}, resets=self.resets | {by}
        )

    def started(self, child: cst.CSTNode) -> "InheritableMark":
        """After `child` was started."""
        return replace(self, children=self.children | {child}) if self.is_inheritable else self

    def followed_by(self, after: "InheritableMark") -> "InheritableMark":
        """The same flag after a call in which `after` became of it."""
        if Inheritance.ABSENT in after.may_be:
            return self.joined(replace(after, may_be=after.may_be - {Inheritance.ABSENT}))
        return replace(after, children=self.children | after.children, resets=self.resets | after.resets)

    def joined(self, other: "InheritableMark") -> "InheritableMark":
        """What may have become of it on one path or the other."""
        if self == other:
            return self
        return InheritableMark(
            self.may_be | other.may_be,
            self.resets | other.resets,
            self.children | other.children,
            self.forked & other.forked,
            self.after_reset or other.after_reset,
            self.adopted or other.adopted,
            (self.passed or not self.was_made) and (other.passed or not other.was_made),
            self.spared or other.spared,
        )


#: What a path says of a flag that it never saw set.
ABSENT = InheritableMark(frozenset([Inheritance.ABSENT]))


def made_inheritable(
    before: InheritableMark | None, forked: frozenset[cst.CSTNode], *, sure: bool, after_reset: bool
) -> InheritableMark:
    """The flag after a place made a descriptor inheritable (again): `sure` where it is known which one."""
    known = before or replace(ABSENT, forked=forked)
    may_be = frozenset([Inheritance.INHERITABLE]) if sure else known.may_be | {Inheritance.INHERITABLE}
    return replace(known, may_be=may_be, after_reset=known.after_reset or after_reset, passed=False)
