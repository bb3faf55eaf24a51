"""The functions and classes of a file, known before any body is lowered."""

import libcst as cst

from inheritlint.flow.blocks import Class, Function
from inheritlint.semantics.names import dotted
from inheritlint.semantics.outline import Outline
from inheritlint.semantics.scopes import Kind, Scope

#: Variables of a module that are there for others, as pytest asks for this one.
_READ_BY_TOOLS = frozenset(["pytestmark"])


class Definitions:
    """Every function, lambda and class of a file; `unbound` are the names that are read and that nothing binds."""

    def __init__(self, outline: Outline) -> None:
        self.scopes = outline.scopes
        self.functions: dict[cst.CSTNode, Function] = {}
        self.classes: dict[cst.CSTNode, Class] = {}
        for node, scope in outline.scopes.items():
            if isinstance(node, cst.ClassDef):
                self._add_class(node, scope)
            elif isinstance(node, (cst.Module, cst.FunctionDef, cst.Lambda)):
                self._add_function(node, scope)
        for scope in outline.scopes.values():
            self._note_stores(scope)
        self.unbound = self._unbound() if outline.stars else ()

    def home(self, scope: Scope) -> Function:
        """The function in which `scope` runs."""
        return self.functions[scope.home.node]

    def _add_class(self, node: cst.ClassDef, scope: Scope) -> None:
        self.classes[node] = Class(node.name.value, node)

    def _add_function(self, node: cst.Module | cst.FunctionDef | cst.Lambda, scope: Scope) -> None:
        around = scope.parent
        made = Function("<module>" if around is None else "<lambda>", node)
        made.shared, made.rebound = frozenset(scope.shared), frozenset(scope.rebound)
        made.is_generator = scope.yields
        if around is None:
            made.shared |= _READ_BY_TOOLS & scope.bound.keys()
        else:
            made.parent = self.home(around)
            made.parent.inner.append(made)
        if not isinstance(node, cst.Module):
            _take_parameters(made, node.params)
        if isinstance(node, cst.FunctionDef):
            made.name = node.name.value
            made.is_async = node.asynchronous is not None
            made.decorators = tuple(_decorator(each) for each in node.decorators)
            if around is not None and around.kind is Kind.CLASS:
                made.owner = self.classes[around.node]
                made.owner.methods.setdefault(made.name, made)
        self.functions[node] = made

    def _note_stores(self, scope: Scope) -> None:
        """Tell the class of a method which attributes are assigned in `scope`, the method or a function within it."""
        for name, attribute in scope.stored:
            holder = scope.holder(name)
            method = None if holder is None else self.functions.get(holder.node)
            if method is None or method.owner is None or "staticmethod" in method.decorators:
                continue
            if method.parameters[:1] == (name,) and method.positional:
                setters = method.owner.stores.setdefault(attribute, [])
                if method not in setters:
                    setters.append(method)

    def _unbound(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for scope in self.scopes.values():
            module = scope.module
            for name in scope.read:
                if scope.holder(name) is module and not module.binds(name):
                    found[name] = None
        return tuple(sorted(found))


def _take_parameters(function: Function, params: cst.Parameters) -> None:
    positional = (*params.posonly_params, *params.params)
    function.parameters = tuple(each.name.value for each in (*positional, *params.kwonly_params))
    function.positional = len(positional)
    function.star = params.star_arg.name.value if isinstance(params.star_arg, cst.Param) else None
    function.double_star = params.star_kwarg.name.value if params.star_kwarg is not None else None


def _decorator(node: cst.Decorator) -> str:
    """The dotted name of a decorator, called or not; empty where it is none."""
    called = node.decorator
    return dotted(called.func if isinstance(called, cst.Call) else called) or ""
