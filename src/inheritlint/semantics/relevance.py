"""Which nodes of a file lie on the way to something that a rule could speak of."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import libcst as cst

from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.deeds import TOLD, Deed
from inheritlint.knowledge.triggers import DEFAULTS, METHODS, RARE, WRAPPED, Together, is_stream
from inheritlint.semantics.names import dotted
from inheritlint.semantics.outline import Outline


class Relevance:
    """What in a file can concern us, found by names; `pairs` are those of which the file has the sign."""

    def __init__(self, outline: Outline, pairs: Iterable[Together]) -> None:
        self._outline, self._pairs = outline, tuple(pairs)
        self.concerned: set[cst.CSTNode] = set()
        self._fill()

    def _fill(self) -> None:
        """Fill `concerned` with every node that is, or holds, something a rule could speak of."""
        aliases = self._aliases()
        pending = list(self._candidates(aliases))
        private = {f.name.value for f in self._outline.functions if self._outline.is_private(f) or self._may_wrap(f)}
        while pending:
            node = pending.pop()
            while node not in self.concerned:
                self.concerned.add(node)
                if isinstance(node, cst.FunctionDef) and node.name.value in private:
                    private.remove(node.name.value)
                    pending.extend(self._named(node.name.value))
                if node not in self._outline.parents:
                    break
                node = self._outline.parents[node]

    def _may_wrap(self, function: cst.FunctionDef) -> bool:
        """Whether callers of a function of the module may do through it what it does to what it is given."""
        if not isinstance(self._outline.parents.get(function), (cst.Module, cst.If, cst.IndentedBlock)):
            return False
        return function in self._wrappers

    @cached_property
    def _wrappers(self) -> set[cst.CSTNode]:
        """Functions outside of classes in which something is marked, or a child is started with `close_fds`."""
        uses = [node for name in WRAPPED for node in self._named(name)]
        scopes = {self._outline.enclosing(node) for node in uses}
        return {
            each
            for each in scopes
            if each in self._outline.parents and not isinstance(self._outline.enclosing(each), cst.ClassDef)
        }

    def _named(self, name: str) -> list[cst.Name]:
        """Where `name` stands, but for keywords that say what is so anyway."""
        found = self._outline.names.get(name, [])
        return [node for node in found if not self._is_default(node)] if name in DEFAULTS else found

    def _is_default(self, node: cst.Name) -> bool:
        argument = self._outline.parents.get(node)
        is_keyword = isinstance(argument, cst.Arg) and argument.keyword is node
        return is_keyword and dotted(argument.value) == DEFAULTS[node.value]  # type: ignore[union-attr]

    def _candidates(self, aliases: set[str]) -> Iterator[cst.CSTNode]:
        for name in RARE | aliases:
            yield from self._named(name)
        yield from self._standing_together()
        yield from (call for call in self._outline.calls if self._closes_a_stream(call))
        starts_matter = bool(self._named("close_fds")) or any("close_fds" in text for text in self._outline.texts)
        yield from (call for call in self._outline.calls if starts_matter and _is_base_init(call))
        for name in self._spoken_names():
            for node in self._named(name):
                whole = self._whole(node)
                deeds = {
                    CALLS[qualified].deed for qualified in self._outline.qualified(whole) if qualified in CALLS
                } & TOLD
                if deeds - {Deed.STARTS} or (deeds and (starts_matter or self._has_eight_arguments(whole))):
                    yield whole

    def _standing_together(self) -> Iterator[cst.CSTNode]:
        """Names that concern us because of another one in the same function."""
        for pair in self._pairs:
            others = [node for name in pair.others for node in self._meant(name, pair)]
            homes = {self._home(node) for node in others}
            named = [node for name in pair.names if homes for node in self._meant(name, pair)]
            met = named if pair.anywhere else [node for node in named if self._home(node) in homes]
            yield from met
            if not pair.anywhere:
                shared = {self._home(node) for node in met}
                yield from (node for node in others if self._home(node) in shared)

    def _meant(self, name: str, pair: Together) -> Iterator[cst.CSTNode]:
        """Where `name` stands; where it may be the call that is meant, if `pair` means calls that are known."""
        for node in self._named(name.rstrip("=")):
            if name.endswith("=") and not isinstance(self._outline.parents[node], cst.Arg):
                continue
            if not pair.known or self._may_be_known(node):
                yield node

    def _may_be_known(self, node: cst.CSTNode) -> bool:
        """Whether the dotted name that ends in `node` is a call that is known, or may be a method of one's result."""
        whole = self._whole(node)
        names = list(self._outline.qualified(whole))
        if names:
            return any(name in CALLS for name in names)
        return isinstance(node, cst.Name) and node.value in METHODS and isinstance(whole, cst.Attribute)

    def _home(self, node: cst.CSTNode) -> cst.CSTNode:
        """The outermost function around `node`, or the module."""
        home = None
        while node in self._outline.parents:
            node = self._outline.parents[node]
            home = node if isinstance(node, cst.FunctionDef) else home
        return home or node

    def _closes_a_stream(self, call: cst.Call) -> bool:
        """Whether `call` may be `os.close(0)` or `sys.stdin.close()`."""
        name = (dotted(call.func) or "").rpartition(".")
        if name[2] != "close":
            return False
        first = call.args[0].value if call.args else None
        if isinstance(first, cst.Integer) and first.value in "012":
            return True
        opened = (dotted(first.func) or "").rpartition(".")[0] if isinstance(first, cst.Call) else ""
        given = dotted(first) if first else ""
        return any(is_stream(*text.rpartition(".")[::2]) for text in (opened, given or "", name[0]))

    def _spoken_names(self) -> set[str]:
        """The last names of all calls that rules speak of, and the names under which this file imports them."""
        known = {name.rpartition(".")[2] for name, call in CALLS.items() if call.deed in TOLD}
        return known | {
            name for name, roots in self._outline.imports.items() if any(r.rpartition(".")[2] in known for r in roots)
        }

    def _whole(self, node: cst.CSTNode) -> cst.BaseExpression:
        """The dotted name that ends in the name `node`."""
        parent = self._outline.parents[node]
        return parent if isinstance(parent, cst.Attribute) and parent.attr is node else node  # type: ignore[return-value]

    def _has_eight_arguments(self, function: cst.CSTNode) -> bool:
        call = self._outline.parents[function]
        return isinstance(call, cst.Call) and len(call.args) >= 8

    def _aliases(self) -> set[str]:
        """Names that are bound to one of the calls themselves, `p = os.open` or `partial(os.open, …)`."""
        found: set[str] = set()
        for name in self._spoken_names() | {"os", "_os", "subprocess"}:
            for node in self._named(name):
                found |= self._alias_of(node)
        return found - {"self", "cls", "_"}

    def _alias_of(self, node: cst.CSTNode) -> set[str]:
        whole: cst.CSTNode = node
        parent = self._outline.parents.get(node)
        while isinstance(parent, cst.Attribute):
            whole, parent = parent, self._outline.parents[parent]
        if not isinstance(whole, (cst.Name, cst.Attribute)):
            return set()
        names = set(self._outline.qualified(whole))
        if not (names & CALLS.keys()) and not names & {"os", "subprocess", "posix"}:
            return set()
        if isinstance(parent, cst.Arg):  # partial(os.open, …) or {"open": …}: the call's value carries it on
            whole, parent = parent, self._outline.parents[parent]
            if isinstance(parent, cst.Call):
                whole, parent = parent, self._outline.parents[parent]
        while isinstance(parent, (cst.IfExp, cst.Element, cst.Tuple, cst.BooleanOperation)):
            whole, parent = parent, self._outline.parents[parent]
        if isinstance(parent, cst.Assign) and parent.value is whole:
            return {name for target in parent.targets for name in _target_names(target.target)}
        if isinstance(parent, cst.Param):
            return {parent.name.value}
        return set()


def _is_base_init(call: cst.Call) -> bool:
    """Whether `call` is `super().__init__(…)`."""
    function = call.func
    return (
        isinstance(function, cst.Attribute)
        and function.attr.value == "__init__"
        and isinstance(function.value, cst.Call)
        and dotted(function.value.func) == "super"
    )


def _target_names(target: cst.BaseExpression) -> Iterator[str]:
    match target:
        case cst.Name(value=name):
            yield name
        case cst.Attribute():
            yield target.attr.value
        case cst.Tuple() | cst.List():
            for element in target.elements:
                yield from _target_names(element.value)
