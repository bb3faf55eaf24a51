"""One visit of the tree: what is defined where, what is imported, and which parts can concern us at all."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import libcst as cst

from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.deeds import TOLD, Deed
from inheritlint.knowledge.triggers import DEFAULTS, METHODS, RARE, WRAPPED, Together, is_stream

_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)
#: Modules whose members `from module import *` brings in under the names that we know.
_STARRED = ("os", "posix", "nt", "subprocess")


def dotted(node: cst.BaseExpression) -> str | None:
    """`a.b.c` as text, None where `node` is anything else than names and dots."""
    parts: list[str] = []
    while type(node) is cst.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    return ".".join([node.value, *reversed(parts)]) if parts else node.value


def imported(statement: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """(name bound, qualified name) for each name that an import binds; `*` for a star."""
    if isinstance(statement, cst.Import):
        for alias in statement.names:
            name = dotted(alias.name) or ""
            bound = alias.evaluated_alias
            yield (bound, name) if bound else (name.partition(".")[0], name.partition(".")[0])
        return
    module = "." * len(statement.relative) + ((statement.module and dotted(statement.module)) or "")
    if isinstance(statement.names, cst.ImportStar):
        yield "*", module
        return
    for alias in statement.names:
        yield alias.evaluated_alias or alias.evaluated_name, f"{module}.{alias.evaluated_name}".lstrip()


class Outline(cst.CSTVisitor):
    """What one walk over a file shows; `pairs` are those names that concern us in pairs of which the file has the sign.
    Fill it with `walk(tree.module, outline)`."""

    def __init__(self, pairs: Iterable[Together]) -> None:
        super().__init__()
        self._pairs = tuple(pairs)
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.inside: dict[cst.CSTNode, list[cst.CSTNode]] = {}
        self.bound: dict[cst.CSTNode, defaultdict[str, int]] = {}
        self.imports: defaultdict[str, set[str]] = defaultdict(set)
        self.stars: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.outer: dict[cst.CSTNode, set[str]] = defaultdict(set)
        self.functions: list[cst.FunctionDef] = []
        self.calls: list[cst.Call] = []
        self.names: defaultdict[str, list[cst.CSTNode]] = defaultdict(list)
        self.texts: list[str] = []
        self.questions: defaultdict[cst.CSTNode, list[cst.CSTNode]] = defaultdict(list)
        self.concerned: set[cst.CSTNode] = set()
        self._stack: list[tuple[cst.CSTNode, list[cst.CSTNode]]] = []
        self._scopes: list[cst.CSTNode] = []
        self._default: cst.CSTNode | None = None

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._stack:
            parent, beside = self._stack[-1]
            self.parents[node] = parent
            beside.append(node)
        self._stack.append((node, []))
        if notice := _NOTICED.get(type(node)):
            notice(self, node)
        return True

    def _name(self, node: cst.Name) -> None:
        if node is not self._default:
            self.names[node.value].append(node)

    def _argument(self, node: cst.Arg) -> None:
        if node.keyword and node.keyword.value in DEFAULTS and dotted(node.value) == DEFAULTS[node.keyword.value]:
            self._default = node.keyword

    def _call(self, node: cst.Call) -> None:
        self.calls.append(node)

    def _text(self, node: cst.SimpleString) -> None:
        self.texts.append(node.value)

    def _outer(self, node: cst.Global | cst.Nonlocal) -> None:
        names = {item.name.value for item in node.names}
        self.outer[self._scopes[-1]] |= names
        shared = self.globals if isinstance(node, cst.Global) else self.nonlocals
        shared |= names

    def _for(self, node: cst.For) -> None:
        self._bind(node.target)
        self.questions[self._scopes[-1]].append(node.iter)

    def _target(self, node: cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.NamedExpr) -> None:
        self._bind(node.target)

    def _named(self, node: cst.AsName | cst.Param | cst.MatchAs | cst.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def _test(self, node: cst.If | cst.While | cst.IfExp) -> None:
        self._ask(node.test)

    def _define(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        self._bind(node.name)
        if isinstance(node, cst.FunctionDef):
            self.functions.append(node)
        self._enter(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        _, inside = self._stack.pop()
        if inside:
            self.inside[original_node] = inside
        if self._scopes and self._scopes[-1] is original_node:
            self._scopes.pop()

    def _enter(self, scope: cst.CSTNode) -> None:
        self._scopes.append(scope)
        self.bound[scope] = defaultdict(int)

    def _ask(self, test: cst.BaseExpression) -> None:
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                self._ask(test.expression)
            case cst.BooleanOperation():
                self._ask(test.left)
                self._ask(test.right)
            case _:
                self.questions[self._scopes[-1]].append(test)

    def _bind(self, target: cst.CSTNode) -> None:
        match target:
            case cst.Name(value=name):
                self.bound[self._scopes[-1]][name] += 1
            case cst.Tuple() | cst.List():
                for element in target.elements:
                    self._bind(element.value)

    def _import(self, statement: cst.Import | cst.ImportFrom) -> None:
        for name, qualified in imported(statement):
            if name == "*":
                self.stars.add(qualified)
            else:
                self.imports[name].add(qualified)
                self.bound[self._scopes[-1]][name] += 1

    # Afterwards: which nodes lie on the way to something that a rule could speak of.

    def concern(self) -> None:
        """Fill `concerned` with every node that is, or holds, something a rule could speak of."""
        aliases = self._aliases()
        pending = list(self._candidates(aliases))
        private = {f.name.value for f in self.functions if self.is_private(f) or self._may_wrap(f)}
        while pending:
            node = pending.pop()
            while node not in self.concerned:
                self.concerned.add(node)
                if isinstance(node, cst.FunctionDef) and node.name.value in private:
                    private.remove(node.name.value)
                    pending.extend(self.names[node.name.value])
                if node not in self.parents:
                    break
                node = self.parents[node]

    def _may_wrap(self, function: cst.FunctionDef) -> bool:
        """Whether callers of a function of the module may do through it what it does to what it is given."""
        if not isinstance(self.parents.get(function), (cst.Module, cst.If, cst.IndentedBlock)):
            return False
        return function in self._wrappers

    @cached_property
    def _wrappers(self) -> set[cst.CSTNode]:
        """Functions outside of classes in which something is marked, or a child is started with `close_fds`."""
        uses = [node for name in WRAPPED for node in self.names.get(name, ())]
        scopes = {self.scope_of(node) for node in uses}
        return {each for each in scopes if each in self.parents and not isinstance(self.scope_of(each), cst.ClassDef)}

    def is_private(self, function: cst.FunctionDef) -> bool:
        name = function.name.value
        return (name.startswith("_") and not name.endswith("__")) or isinstance(
            self.scope_of(function), cst.FunctionDef
        )

    def scope_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The module, class, function or lambda in which `node` stands."""
        node = self.parents[node]
        while node not in self.bound:
            node = self.parents[node]
        return node

    def is_bound(self, name: str) -> bool:
        """Whether any scope of the file binds `name`."""
        return name in self._bound_names

    @cached_property
    def _bound_names(self) -> frozenset[str]:
        return frozenset().union(*self.bound.values())

    def qualified(self, node: cst.BaseExpression) -> Iterator[str]:
        """The qualified names that `node` may have, after the imports of the whole file."""
        text = dotted(node)
        if text is None:
            return
        first, _, rest = text.partition(".")
        roots: Iterable[str] = self.imports.get(first, ())
        if not roots and not self.is_bound(first):
            roots = (
                [first.lstrip("_")] if first in ("os", "_os") else [f"{m}.{first}" for m in self.stars if m in _STARRED]
            )
        for root in roots:
            yield f"{root}.{rest}" if rest else root

    def _candidates(self, aliases: set[str]) -> Iterator[cst.CSTNode]:
        for name in RARE | aliases:
            yield from self.names.get(name, ())
        yield from self._standing_together()
        yield from (call for call in self.calls if self._closes_a_stream(call))
        starts_matter = "close_fds" in self.names or any("close_fds" in text for text in self.texts)
        yield from (call for call in self.calls if starts_matter and _is_base_init(call))
        for name in self._spoken_names():
            for node in self.names.get(name, ()):
                whole = self._whole(node)
                deeds = {CALLS[qualified].deed for qualified in self.qualified(whole) if qualified in CALLS} & TOLD
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
        for node in self.names.get(name.rstrip("="), ()):
            if name.endswith("=") and not isinstance(self.parents[node], cst.Arg):
                continue
            if not pair.known or self._may_be_known(node):
                yield node

    def _may_be_known(self, node: cst.CSTNode) -> bool:
        """Whether the dotted name that ends in `node` is a call that is known, or may be a method of one's result."""
        whole = self._whole(node)
        names = list(self.qualified(whole))
        if names:
            return any(name in CALLS for name in names)
        return isinstance(node, cst.Name) and node.value in METHODS and isinstance(whole, cst.Attribute)

    def _home(self, node: cst.CSTNode) -> cst.CSTNode:
        """The outermost function around `node`, or the module."""
        home = None
        while node in self.parents:
            node = self.parents[node]
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
            name for name, roots in self.imports.items() if any(r.rpartition(".")[2] in known for r in roots)
        }

    def _whole(self, node: cst.CSTNode) -> cst.BaseExpression:
        """The dotted name that ends in the name `node`."""
        parent = self.parents[node]
        return parent if isinstance(parent, cst.Attribute) and parent.attr is node else node  # type: ignore[return-value]

    def _has_eight_arguments(self, function: cst.CSTNode) -> bool:
        call = self.parents[function]
        return isinstance(call, cst.Call) and len(call.args) >= 8

    def _aliases(self) -> set[str]:
        """Names that are bound to one of the calls themselves, `p = os.open` or `partial(os.open, …)`."""
        found: set[str] = set()
        for name in self._spoken_names() | {"os", "_os", "subprocess"}:
            for node in self.names.get(name, ()):
                found |= self._alias_of(node)
        return found - {"self", "cls", "_"}

    def _alias_of(self, node: cst.CSTNode) -> set[str]:
        whole: cst.CSTNode = node
        parent = self.parents.get(node)
        while isinstance(parent, cst.Attribute):
            whole, parent = parent, self.parents[parent]
        if not isinstance(whole, (cst.Name, cst.Attribute)):
            return set()
        names = set(self.qualified(whole))
        if not (names & CALLS.keys()) and not names & {"os", "subprocess", "posix"}:
            return set()
        if isinstance(parent, cst.Arg):  # partial(os.open, …) or {"open": …}: the call's value carries it on
            whole, parent = parent, self.parents[parent]
            if isinstance(parent, cst.Call):
                whole, parent = parent, self.parents[parent]
        while isinstance(parent, (cst.IfExp, cst.Element, cst.Tuple, cst.BooleanOperation)):
            whole, parent = parent, self.parents[parent]
        if isinstance(parent, cst.Assign) and parent.value is whole:
            return {name for target in parent.targets for name in _target_names(target.target)}
        if isinstance(parent, cst.Param):
            return {parent.name.value}
        return set()


_NOTICED: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Name: Outline._name,
    cst.Call: Outline._call,
    cst.Arg: Outline._argument,
    cst.SimpleString: Outline._text,
    cst.Import: Outline._import,
    cst.ImportFrom: Outline._import,
    cst.Global: Outline._outer,
    cst.Nonlocal: Outline._outer,
    cst.For: Outline._for,
    cst.AssignTarget: Outline._target,
    cst.AnnAssign: Outline._target,
    cst.AugAssign: Outline._target,
    cst.NamedExpr: Outline._target,
    cst.AsName: Outline._named,
    cst.Param: Outline._named,
    cst.MatchAs: Outline._named,
    cst.MatchStar: Outline._named,
    cst.If: Outline._test,
    cst.While: Outline._test,
    cst.IfExp: Outline._test,
    cst.Module: Outline._enter,
    cst.FunctionDef: Outline._define,
    cst.ClassDef: Outline._define,
    cst.Lambda: Outline._enter,
}


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
