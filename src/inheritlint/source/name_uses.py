"""What the names of a piece of code do there."""

import ast
from collections.abc import Callable, Iterator, Set
from dataclasses import field

from inheritlint.findings.classes import distinct
from inheritlint.knowledge.stream_closings import is_stream
from inheritlint.knowledge.triggers import DEFAULTS
from inheritlint.source.bindings import last_name
from inheritlint.source.walking import base_of, walk

#: Functions and methods whose calls say more than that they are called.
_TELLING = frozenset(["getattr", "close", "fileno"])
#: Functions that give nothing they are given another name; so do methods that Python calls, of a base class.
_LOOKING = frozenset("isinstance issubclass id repr str hash len bool type super format".split())


@distinct
class NameUses:
    """What the names of a unit do.

    `members` are pairs of a name before a dot and the last name after it; `attributes` are the names after dots, `kept`
    those of them that are assigned, `asked` pairs of a bare name and one right after it that is called, and `own` such
    pairs of one that is not. `asks_for_attributes` says that it asks for some by a name that is computed. `entered` are
    variables that a `with` goes through.
    `receivers` are first parameters, and what is assigned from one; `shown` are variables that stand for themselves
    somewhere, so that what they hold may get another name. `made` are pairs of a variable and a name that is called for
    it, `given` variables that a call gets, and names called for one."""

    all: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    own: set[tuple[str, str]] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    receivers: set[str] = field(default_factory=set)
    renamed: set[tuple[str, str]] = field(default_factory=set)
    made: set[tuple[str, str]] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    looked_at: set[int] = field(default_factory=set)
    asks_for_attributes: bool = False
    kept: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=list)
    called: set[int] = field(default_factory=set)
    called_names: set[str] = field(default_factory=set)
    has_forwarding: bool = False
    has_eight_arguments: bool = False
    closes_a_stream: bool = False
    numbered_streams: set[str] = field(default_factory=set)
    has_items_set: bool = False
    statements: int = 0

    def of_object(self, classes: Set[str]) -> Iterator[str]:
        """The attributes in `own` of the object whose method this is, or of one of the `classes`."""
        return (name for base, name in self.own if base in self.receivers or base in classes or base == "super")

    @property
    def shows_object(self) -> bool:
        """Whether the object whose method this is may get another name: it is given away, or kept."""
        return not self.shown.isdisjoint(self.receivers)

    def _parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self.receivers.update(each.arg for each in (node.args.posonlyargs or node.args.args)[:1])

    def _binding(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.withitem) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                targets = [target]
            case ast.withitem(context_expr=ast.Name(id=name) as value, optional_vars=None):
                self.entered.add(name)
                self._look(value)
                return
            case ast.withitem(context_expr=value, optional_vars=target):
                targets = [] if target is None else [target]
        names = [each.id for each in targets if isinstance(each, ast.Name)]
        match value:
            case ast.Name(id=name):
                self.renamed.update((each, name) for each in names)
            case ast.Call(func=ast.Name(id=name)) | ast.Await(value=ast.Call(func=ast.Name(id=name))):
                self.made.update((each, name) for each in names)

    def _name(self, node: ast.Name) -> None:
        if type(node.ctx) is not ast.Load:
            self.stores.add(node.id)
            return
        self.loads.add(node.id)
        if id(node) not in self.looked_at:
            self.shown.add(node.id)

    def _look(self, *nodes: ast.AST | None) -> None:
        """What is only looked at gets no other name by that."""
        for node in nodes:
            if type(node) is ast.Name:
                self.looked_at.add(id(node))

    def _argument(self, node: ast.arg) -> None:
        self.stores.add(node.arg)

    def _keyword(self, node: ast.keyword) -> None:
        is_default = isinstance(node.value, ast.Constant) and repr(node.value.value) == DEFAULTS.get(node.arg or "")
        if node.arg is not None and not is_default:
            self.all |= {node.arg, f"{node.arg}="}

    def _alias(self, node: ast.alias) -> None:
        self.all.update(node.name.split("."), [node.asname] if node.asname else [])

    def _text(self, node: ast.Constant) -> None:
        text = node.value
        if isinstance(text, str) and len(text) < 40 and text.isidentifier():
            self.all.add(text)

    def _shared(self, node: ast.Global | ast.Nonlocal) -> None:
        self.all |= {*node.names, "global"}

    def _attribute(self, node: ast.Attribute) -> None:
        self.members.update((base, node.attr) for base in base_of(node))
        self.attributes.add(node.attr)
        value = node.value
        self._look(value)
        if type(value) is ast.Name:
            (self.asked if id(node) in self.called else self.own).add((value.id, node.attr))
        elif (name := _object_of(value)) is not None:
            self.own.add((name, node.attr))
        if not isinstance(node.ctx, ast.Load):
            self.kept.add(node.attr)

    def _item(self, node: ast.Subscript) -> None:
        self.has_items_set |= not isinstance(node.ctx, ast.Load)

    def _call(self, node: ast.Call) -> None:
        self.called.add(id(node.func))
        self.has_forwarding |= any(keyword.arg is None for keyword in node.keywords)
        self.has_eight_arguments |= len(node.args) >= 8
        self._look(node.func)
        if isinstance(node.func, (ast.Name, ast.Attribute)):
            name = last_name(node.func)
            self.called_names.add(name)
            if name in _LOOKING or name.startswith("__"):
                self._look(*node.args)
            else:
                self._give(node)
            if name in _TELLING:
                self._telling_call(node)

    def _give(self, node: ast.Call) -> None:
        for argument in (*node.args, *[keyword.value for keyword in node.keywords]):
            inner = argument.func if isinstance(argument, ast.Call) else argument
            if type(inner) is ast.Name:
                self.given.add(inner.id)

    def _telling_call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(demanded))], keywords=[]):
                self.attributes.add(demanded)  # it raises where there is none, as `x.demanded` does
            case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]) if not isinstance(name, ast.Constant):
                self.asks_for_attributes = True
            case ast.Call(
                func=ast.Name(id="close") | ast.Attribute(attr="close"), args=[ast.Constant(value=0 | 1 | 2)]
            ):
                self.closes_a_stream = True
            case ast.Call(func=ast.Attribute(value=stream, attr="fileno")):
                if (stream_module := _stream_module(stream)) is not None:
                    self.numbered_streams.add(stream_module)

    def _loop(self, node: ast.For) -> None:
        match node.iter:
            case (
                ast.Tuple(elts=[ast.Constant(value=0 | 1 | 2), *_]) | ast.List(elts=[ast.Constant(value=0 | 1 | 2), *_])
            ):
                pass
            case ast.Call(func=ast.Name(id="range"), args=[ast.Constant()] | [ast.Constant(value=0), _]):
                pass
            case _:
                return
        closed = [each for each in walk(node.body) if isinstance(each, ast.Call) and _closes(each, node.target)]
        self.closes_a_stream |= bool(closed)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.functions.append(node)
        self._parameters(node)

    def _looked_at(self, node: ast.Return | ast.FormattedValue) -> None:
        self._look(node.value)

    def _compared(self, node: ast.Compare) -> None:
        self._look(node.left, *node.comparators)


#: What is noted of a node, by its class.
NOTED: dict[type[ast.AST], Callable[..., None]] = {
    ast.Name: NameUses._name,
    ast.arg: NameUses._argument,
    ast.keyword: NameUses._keyword,
    ast.alias: NameUses._alias,
    ast.Constant: NameUses._text,
    ast.Global: NameUses._shared,
    ast.Nonlocal: NameUses._shared,
    ast.Attribute: NameUses._attribute,
    ast.Subscript: NameUses._item,
    ast.Call: NameUses._call,
    ast.For: NameUses._loop,
    ast.FunctionDef: NameUses._function,
    ast.AsyncFunctionDef: NameUses._function,
    ast.Lambda: NameUses._parameters,
    ast.Assign: NameUses._binding,
    ast.AnnAssign: NameUses._binding,
    ast.NamedExpr: NameUses._binding,
    ast.withitem: NameUses._binding,
    ast.Return: NameUses._looked_at,
    ast.FormattedValue: NameUses._looked_at,
    ast.Compare: NameUses._compared,
}


def _closes(call: ast.Call, number: ast.expr) -> bool:
    match call, number:
        case ast.Call(func=ast.Attribute(attr="close") | ast.Name(id="close"), args=[ast.Name(id=given)]), ast.Name(
            id=name
        ):
            return given == name
    return False


def _object_of(node: ast.expr) -> str | None:
    """The variable of whose object, or class, `node.name` may be an attribute, where `node` is no name: `x` for
    `type(x)`, `x.__class__` and `x.same()`."""
    match node:
        case (
            ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)])
            | ast.Attribute(value=ast.Name(id=name), attr="__class__")
            | ast.Call(func=ast.Attribute(value=ast.Name(id=name)) | ast.Name(id="super" as name))
        ):
            return name
    return None


def _stream_module(node: ast.expr | None) -> str | None:
    """The module whose standard stream `node` may be: `sys` for `sys.stdin`, none for `stdin`; None for what is no
    stream."""
    match node:
        case ast.Name(id=name) if is_stream(name):
            return ""
        case ast.Attribute(value=ast.Name(id=module), attr=name) if is_stream(name):
            return module
    return None
