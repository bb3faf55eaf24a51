"""Python's scopes: which of them binds a name, and whose variable a name is where it stands.

A module, a function and a lambda are the *home* of variables. The body of a class and a comprehension run inside of
their home and bind names of their own there; so their variables are the home's, under a name with a prefix.
"""

import builtins
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import field
from enum import Enum, auto

import libcst as cst

from inheritlint.findings.classes import distinct


class Kind(Enum):
    """What a scope is."""

    MODULE = auto()
    FUNCTION = auto()
    LAMBDA = auto()
    CLASS = auto()
    COMPREHENSION = auto()


_INSIDE = (Kind.CLASS, Kind.COMPREHENSION)


@distinct
class Scope:
    """A scope, filled by the visit of the tree.

    `bound` counts how often each name is bound, `declared` are names that it also holds: deleted here, or declared
    `global` by a function. `read` are the names that stand in it, `defined` those that a class or an import binds.
    `stored` are pairs (name, attribute) for each `name.attribute` that is assigned. `shared` are those variables of a
    home that inner functions read or write, `rebound` those that inner functions assign.
    """

    kind: Kind
    node: cst.CSTNode
    parent: "Scope | None" = None
    prefix: str = ""
    bound: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    declared: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    stored: list[tuple[str, str]] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    yields: bool = False
    shared: set[str] = field(default_factory=set)
    rebound: set[str] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)

    @property
    def home(self) -> "Scope":
        """The module, function or lambda in which it runs."""
        scope = self
        while scope.kind in _INSIDE and scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def module(self) -> "Scope":
        """The scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def label(self, name: str) -> str:
        """A prefix for the variables of a scope `name` that runs inside of this one, unique in its home."""
        labels = self.home.labels
        full = self.prefix + name
        labels[full] += 1
        return f"{full}::" if labels[full] == 1 else f"{full}#{labels[full]}::"

    def binds(self, name: str) -> bool:
        """Whether `name` is one of its own variables."""
        if name in self.globals:
            return self.parent is None
        return (name in self.bound or name in self.declared) and name not in self.nonlocals

    def around(self) -> Iterator["Scope"]:
        """The scopes around it whose names are seen from it: those of classes are not."""
        scope = self.parent
        while scope is not None:
            if scope.kind is not Kind.CLASS:
                yield scope
            scope = scope.parent

    def holder(self, name: str) -> "Scope | None":
        """The scope whose variable `name` is where it stands here; None for a builtin, or what is bound nowhere.

        What is bound nowhere is the module's where it imports everything from another one.
        """
        return self if self.binds(name) else self.outer_holder(name)

    def outer_holder(self, name: str) -> "Scope | None":
        """The same, without its own variables, as a class body reads a name that it has not bound yet."""
        module = self.module
        if name not in self.globals:
            for scope in self.around():
                if name in scope.globals:
                    break
                if scope.binds(name):
                    return scope
        return module if module.binds(name) or module.stars else None

    def names_a_class(self, name: str) -> bool:
        """Whether `name` stands for a class, as far as can be seen: of the file, imported, or a builtin."""
        holder = self.holder(name)
        if holder is None or not holder.binds(name):
            return isinstance(getattr(builtins, name, None), type)
        return name in holder.defined


def share(scopes: list[Scope]) -> None:
    """Fill `shared` and `rebound` of each home, once all names of the file are known."""
    for scope in scopes:
        home = scope.home
        if home.parent is None:
            continue  # what runs in the module is not inside of anything
        for name in scope.read | scope.bound.keys():
            holder = scope.holder(name)
            if holder is None or holder.home is home:
                continue
            holder.home.shared.add(holder.prefix + name)
            if name in scope.bound:
                holder.home.rebound.add(holder.prefix + name)
