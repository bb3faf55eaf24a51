"""The one visit of a tree: parents, scopes, names, imports."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import libcst as cst

from inheritlint.semantics.names import dotted, imported, parts
from inheritlint.semantics.scopes import Kind, Scope, share

_COMPREHENSIONS = (cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp)


class Outline(cst.CSTVisitor):
    """What one walk over a file shows; fill it with `walk(module, outline)`.

    `scopes` has the scope of every module, function, lambda, class and comprehension, by its node, from the outside
    in. `names` are the nodes of each name, `imports` the qualified names under which each name is imported anywhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.scopes: dict[cst.CSTNode, Scope] = {}
        self.imports: defaultdict[str, set[str]] = defaultdict(set)
        self.names: defaultdict[str, list[cst.Name]] = defaultdict(list)
        self._stack: list[cst.CSTNode] = []
        self._scope: Scope
        self._nowhere: Scope  # of names that stand for no variable
        self._entered: list[tuple[cst.CSTNode, Scope]] = []  # nodes after which the scope before them goes on
        self._outside: dict[int, Scope] = {}  # nodes, by identity, that belong to the scope around

    @property
    def stars(self) -> list[str]:
        """The modules from which everything is imported."""
        return [module for scope in self.scopes.values() for module in scope.stars]

    # The visit

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._stack:
            self.parents[node] = self._stack[-1]
        self._stack.append(node)
        if id(node) in self._outside:
            self._enter(node, self._outside.pop(id(node)))
        if notice := _NOTICED.get(type(node)):
            notice(self, node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._stack.pop()
        while self._entered and self._entered[-1][0] is original_node:
            self._scope = self._entered.pop()[1]
        if not self._stack:
            share(list(self.scopes.values()))

    def _enter(self, node: cst.CSTNode, scope: Scope) -> None:
        self._entered.append((node, self._scope))
        self._scope = scope

    def _module(self, node: cst.Module) -> None:
        self._scope = self.scopes[node] = Scope(Kind.MODULE, node)
        self._nowhere = Scope(Kind.MODULE, node)

    def _function(self, node: cst.FunctionDef) -> None:
        self._bind(node.name.value)
        self._leave_outside([node.name, *node.decorators, *([node.returns] if node.returns else [])])
        self._open(node, Kind.FUNCTION)
        self._take(node.params)

    def _lambda(self, node: cst.Lambda) -> None:
        self._open(node, Kind.LAMBDA)
        self._take(node.params)

    def _class(self, node: cst.ClassDef) -> None:
        self._bind(node.name.value)
        self._scope.defined.add(node.name.value)
        self._leave_outside([node.name, *node.decorators, *node.bases, *node.keywords])
        self._open(node, Kind.CLASS, self._scope.label(node.name.value))

    def _comprehension(self, node: cst.GeneratorExp | cst.ListComp | cst.SetComp | cst.DictComp) -> None:
        self._leave_outside([node.for_in.iter])
        self._open(node, Kind.COMPREHENSION, self._scope.label("for"))

    def _open(self, node: cst.CSTNode, kind: Kind, prefix: str = "") -> None:
        scope = self.scopes[node] = Scope(kind, node, self._scope, prefix)
        self._enter(node, scope)

    def _leave_outside(self, nodes: list[cst.CSTNode]) -> None:
        for node in nodes:
            self._outside[id(node)] = self._scope

    def _take(self, params: cst.Parameters) -> None:
        """Bind the parameters of the scope that was opened; defaults and annotations belong to the one around."""
        around = self._scope.parent
        for param in parameters(params):
            self._bind(param.name.value)
            for outside in (param.default, param.annotation):
                if outside is not None and around is not None:
                    self._outside[id(outside)] = around

    # Names

    def _name(self, node: cst.Name) -> None:
        self.names[node.value].append(node)
        parent = self.parents[node]
        if type(parent) is cst.Attribute:
            if parent.attr is node:
                return
        elif type(parent) is cst.Arg and parent.keyword is node:
            return
        self._scope.read.add(node.value)

    def _bind(self, name: str) -> None:
        self._scope.bound[name] += 1

    def _assign(self, target: cst.CSTNode) -> None:
        for part in parts(target):
            match part:
                case cst.Name():
                    self._bind(part.value)
                case cst.Attribute(value=cst.Name(value=name)):
                    self._scope.stored.append((name, part.attr.value))

    def _target(self, node: cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.CompFor) -> None:
        self._assign(node.target)

    def _walrus(self, node: cst.NamedExpr) -> None:
        scope = self._scope
        while scope.kind is Kind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        for part in parts(node.target):
            if isinstance(part, cst.Name):
                scope.bound[part.value] += 1

    def _as_name(self, node: cst.AsName) -> None:
        if not isinstance(self._stack[-2], cst.ImportAlias):
            self._assign(node.name)

    def _capture(self, node: cst.MatchAs | cst.MatchStar) -> None:
        if node.name is not None:
            self._bind(node.name.value)

    def _rest(self, node: cst.MatchMapping) -> None:
        if node.rest is not None:
            self._bind(node.rest.value)

    def _delete(self, node: cst.Del) -> None:
        names = (part.value for part in parts(node.target) if isinstance(part, cst.Name))
        self._scope.declared.update(names)

    def _import(self, statement: cst.Import | cst.ImportFrom) -> None:
        for name, qualified in imported(statement):
            if name == "*":
                self._scope.module.stars.append(qualified)
            else:
                self.imports[name].add(qualified)
                self._bind(name)
                self._scope.defined.add(name)
        self._enter(statement, self._nowhere)

    def _global(self, node: cst.Global) -> None:
        names = {item.name.value for item in node.names}
        self._scope.globals |= names
        self._scope.module.declared |= names

    def _nonlocal(self, node: cst.Nonlocal) -> None:
        self._scope.nonlocals |= {item.name.value for item in node.names}

    def _alias(self, node: cst.TypeAlias) -> None:
        self._bind(node.name.value)

    def _yield(self, node: cst.Yield) -> None:
        self._scope.home.yields = True

    # Afterwards

    def enclosing(self, node: cst.CSTNode) -> cst.CSTNode:
        """The module, class, function or lambda in which `node` runs: a default, a decorator, a base or an annotation
        runs in the one around."""
        inner, at, is_outside = node, self.parents[node], False
        while True:
            match at:
                case cst.Param():
                    is_outside |= inner is at.default or inner is at.annotation
                case cst.FunctionDef() | cst.ClassDef() | cst.Lambda():
                    if inner is at.body or (not is_outside and inner is getattr(at, "params", None)):
                        return at
                    is_outside = False
                case cst.Module():
                    return at
            inner, at = at, self.parents[at]

    @cached_property
    def bound(self) -> dict[cst.CSTNode, defaultdict[str, int]]:
        """How often each name is bound in each scope."""
        return {node: scope.bound for node, scope in self.scopes.items()}

    def is_bound(self, name: str) -> bool:
        """Whether any scope of the file binds `name`."""
        return name in self._bound_names

    @cached_property
    def _bound_names(self) -> frozenset[str]:
        return frozenset().union(*(scope.bound for scope in self.scopes.values()))

    def qualified(self, node: cst.BaseExpression) -> Iterator[str]:
        """The qualified names that `node` may have, after the imports of the whole file."""
        text = dotted(node)
        if text is None:
            return
        first, _, rest = text.partition(".")
        roots: Iterable[str] = self.imports.get(first, ())
        if not roots and not self.is_bound(first):
            stars = [f"{module}.{first}" for module in self.stars]
            roots = [first.lstrip("_")] if first in ("os", "_os") else stars
        for root in roots:
            yield f"{root}.{rest}" if rest else root


def parameters(params: cst.Parameters) -> Iterator[cst.Param]:
    """All parameters in the order in which they are written."""
    yield from params.posonly_params
    yield from params.params
    if isinstance(params.star_arg, cst.Param):
        yield params.star_arg
    yield from params.kwonly_params
    if params.star_kwarg is not None:
        yield params.star_kwarg


_NOTICED: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Name: Outline._name,
    cst.Yield: Outline._yield,
    cst.Import: Outline._import,
    cst.ImportFrom: Outline._import,
    cst.Global: Outline._global,
    cst.Nonlocal: Outline._nonlocal,
    cst.For: Outline._target,
    cst.CompFor: Outline._target,
    cst.AssignTarget: Outline._target,
    cst.AnnAssign: Outline._target,
    cst.AugAssign: Outline._target,
    cst.NamedExpr: Outline._walrus,
    cst.AsName: Outline._as_name,
    cst.MatchAs: Outline._capture,
    cst.MatchStar: Outline._capture,
    cst.MatchMapping: Outline._rest,
    cst.Del: Outline._delete,
    cst.TypeAlias: Outline._alias,
    cst.Module: Outline._module,
    cst.FunctionDef: Outline._function,
    cst.ClassDef: Outline._class,
    cst.Lambda: Outline._lambda,
    cst.GeneratorExp: Outline._comprehension,
    cst.ListComp: Outline._comprehension,
    cst.SetComp: Outline._comprehension,
    cst.DictComp: Outline._comprehension,
}
