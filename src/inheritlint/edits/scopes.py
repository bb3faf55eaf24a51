"""What a name means at a place of a file: the whole file, also the parts of it that reach no rule.

A fix writes names: `os`, `sys`, `getattr`, a constant of the file. Each must mean there what is meant, so whatever
binds a name, deletes it or hides it counts, in any function.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from inheritlint.findings import LineTable
from inheritlint.source.nesting import NestedTooDeeplyError, parse_ast
from inheritlint.source.reading import SourceFile
from inheritlint.source.walking import children_of

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_PLACED = (ast.stmt, ast.expr, ast.arg, ast.alias, ast.pattern, ast.ExceptHandler)
_BINDING = (
    *_FUNCTIONS[:2], ast.ClassDef, ast.Name, ast.NamedExpr, ast.arg, ast.ExceptHandler, ast.MatchAs, ast.MatchStar,
    ast.MatchMapping, ast.Import, ast.ImportFrom,
)  # fmt: skip
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)
#: What `Scopes` notes anything of: few of the nodes of a file.
_NOTED = frozenset([*_BINDING, *_SCOPES, ast.Global, ast.Nonlocal])
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.expr


class Scopes:
    """The scopes of one file, and what is bound in each."""

    def __init__(self, module: ast.Module, text: str) -> None:
        self.module, self.lines = module, LineTable(text)
        self._bound: dict[Scope, defaultdict[str, list[ast.AST]]] = {module: defaultdict(list)}
        self._extents: list[tuple[int, int, Scope]] = []
        self._shared: set[str] = set()
        self._fill(module, (module,))

    def start(self, node: ast.AST) -> int:
        """Where `node`, which has a place, begins, its decorators not counted."""
        assert isinstance(node, _PLACED)
        return self.lines.offset_of_byte(node.lineno, node.col_offset)

    def end(self, node: ast.AST) -> int:
        """Where `node`, which has a place, ends."""
        assert isinstance(node, _PLACED)
        return self.lines.offset_of_byte(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def bindings(self, name: str) -> list[ast.AST]:
        """What binds or deletes `name` in the module, a function with `global` included."""
        return self._bound[self.module][name]

    def is_hidden(self, name: str, place: int) -> bool:
        """Whether a scope around `place`, other than the module, binds `name`."""
        around = [scope for start, end, scope in self._extents if start <= place < end]
        inner = next((i for i, scope in enumerate(reversed(around)) if isinstance(scope, _FUNCTIONS)), len(around))
        for depth, scope in enumerate(reversed(around)):
            if isinstance(scope, ast.ClassDef) and depth > inner:
                continue  # a method does not see the names of its class
            if self._bound[scope][name]:
                return True
        return False

    def is_builtin(self, name: str, place: int) -> bool:
        """Whether `name` is nothing of the file's own at `place`."""
        return not self.bindings(name) and not self.is_hidden(name, place)

    def is_shared(self, name: str, place: int) -> bool:
        """Whether other code than the function around `place` may use its variable `name`: the module, a function
        inside, one that says `global` or `nonlocal`."""
        around = self._function_around(place)
        if around is None or name in self._shared:
            return True
        inside = [(start, end) for start, end in self._functions() if around[0] < start and end <= around[1]]
        return any(
            isinstance(node, ast.Name)
            and node.id == name
            and any(start <= self.start(node) < end for start, end in inside)
            for node, _ in self.nodes_in(*around)
        )

    def last_use(self, name: str, place: int) -> int:
        """Where the function around `place` uses `name` for the last time."""
        extent = self._function_around(place) or (0, self.lines.offset(len(self.lines) + 1))
        found = (
            self.start(each) for each, _ in self.nodes_in(*extent) if isinstance(each, ast.Name) and each.id == name
        )
        return max(found, default=place)

    def _functions(self) -> list[tuple[int, int]]:
        return [(start, end) for start, end, scope in self._extents if isinstance(scope, _FUNCTIONS)]

    def _function_around(self, place: int) -> tuple[int, int] | None:
        """Where the innermost function around `place` begins and ends; None in the module."""
        return max(((start, end) for start, end in self._functions() if start <= place < end), default=None)

    def is_rebound(self, names: set[str], start: int, end: int) -> bool:
        """Whether anything in that stretch binds or deletes one of `names`."""
        places = (self.start(node) for bound in self._bound.values() for name in names for node in bound[name])
        return any(start <= place < end for place in places)

    def nodes_in(self, start: int, end: int) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Every node with a place that begins in that stretch, with the node around it."""
        pending: list[ast.AST] = [self.module]
        while pending:
            around = pending.pop()
            if isinstance(around, ast.stmt) and not (self.start(around) < end and start < self.end(around)):
                continue
            for node in children_of(around):
                pending.append(node)
                if isinstance(node, _PLACED) and start <= self.start(node) < end:
                    yield node, around

    def _fill(self, node: ast.AST, around: tuple[Scope, ...]) -> None:
        pending: list[tuple[ast.AST, tuple[Scope, ...]]] = [(node, around)]
        while pending:
            part, scopes = pending.pop()
            if type(part) in _NOTED:
                self._note(part, scopes)
                scopes = (*scopes, part) if isinstance(part, _SCOPES) else scopes
            for child in children_of(part):
                if type(child) is not ast.Name or type(child.ctx) is not ast.Load:
                    pending.append((child, scopes))

    def _note(self, part: ast.AST, scopes: tuple[Scope, ...]) -> None:
        """What `part`, which stands in `scopes`, binds or opens."""
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            self._shared |= set(part.names)
            for name in part.names:
                home = self.module if isinstance(part, ast.Global) else scopes[-2]
                self._bound[home][name].append(part)
        if isinstance(part, _BINDING):
            for name in _bound_by(part):
                self._bound[_home(part, scopes)][name].append(part)
        if isinstance(part, _SCOPES):
            self._bound.setdefault(part, defaultdict(list))
            self._extents.append((self.start(part), self.end(part), part))


def _home(node: ast.AST, scopes: tuple[Scope, ...]) -> Scope:
    """The scope in which `node` binds: `:=` in a comprehension binds around it."""
    if isinstance(node, ast.NamedExpr):
        return next(scope for scope in reversed(scopes) if not isinstance(scope, _COMPREHENSIONS))
    return scopes[-1]


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield name
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Import():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)


@lru_cache(maxsize=2)
def scopes_of(source: SourceFile) -> Scopes | None:
    """The scopes of `source`; None where the running Python cannot parse it."""
    try:
        module = parse_ast(source.text)
    except NestedTooDeeplyError:
        return None
    return Scopes(module, source.text) if module else None
