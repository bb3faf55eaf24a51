"""Changes of a program that leave what it does as it is, each as a function from a text to a text."""

import ast
from collections.abc import Callable, Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, QualifiedNameProvider, ScopeProvider
from libcst.metadata.scope_provider import FunctionScope

#: Functions that nobody calls: what they do is no matter of the rest of the file.
UNRELATED = {
    "one that replaces the process": "def unrelated_exec():\n    import os\n    os.execv('/bin/true', ['true'])\n",
    "one that resets what it is given": (
        "def unrelated_reset(unrelated):\n    import os\n    os.set_inheritable(unrelated, False)\n"
    ),
    "one that closes what it is given": "def unrelated_close(unrelated):\n    import os\n    os.close(unrelated)\n",
    "one that exits": "def unrelated_exit():\n    import sys\n    sys.exit(1)\n",
}
WORDS = "# jobserver LISTEN_FDS SCM_RIGHTS set_inheritable close_fds=False pass_fds O_CLOEXEC sd_listen_fds fork exec\n"


def appended(text: str) -> Callable[[str], str]:
    """A change that puts `text` at the end."""
    return lambda source: f"{source.rstrip()}\n\n\n{text}"


def words_in_comments(source: str) -> str:
    """A comment that speaks of everything, before each function and at the end."""
    lines = source.splitlines(keepends=True)
    return "".join(WORDS + line if line.startswith(("def ", "class ")) else line for line in lines) + WORDS


def around_everything(template: str) -> Callable[[str], str]:
    """A change that puts the whole text in the place of `BODY` in `template`, but for what has to stand at its margin.
    What is global is a variable of a function that stands there."""

    def changed(source: str) -> str:
        module = cst.parse_module(source)
        if "def " in template:
            module = module.visit(_Enclosing())
        kept = [each for each in module.body if _stays_first(each)]
        rest = [each for each in module.body if each not in kept]
        around = cst.parse_module(template).visit(_Filling(rest)).body
        return module.with_changes(body=[*kept, *around]).code

    return changed


class _Enclosing(cst.CSTTransformer):
    """`global` as the function around everything says it."""

    def leave_Global(self, original_node: cst.Global, updated_node: cst.Global) -> cst.Nonlocal:
        return cst.Nonlocal(updated_node.names)


def _stays_first(statement: cst.BaseStatement) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name(value="__future__"))]):
            return True
        case cst.SimpleStatementLine(body=[cst.ImportFrom(names=cst.ImportStar())]):
            return True
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())]):
            return True
    return False


class _OfBodies(cst.CSTTransformer):
    """Changes the body of each function that is no part of another; a docstring stays where it is."""

    def __init__(self, change: Callable[[Sequence[cst.BaseStatement]], Sequence[cst.BaseStatement]]) -> None:
        super().__init__()
        self._change, self._depth = change, 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._depth += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self._depth -= 1
        if self._depth or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        body = list(updated_node.body.body)
        kept = body[: int(updated_node.get_docstring() is not None)]
        rest = body[len(kept) :]
        if not rest:
            return updated_node
        return updated_node.with_changes(body=updated_node.body.with_changes(body=[*kept, *self._change(rest)]))


def of_bodies(template: str) -> Callable[[str], str]:
    """A change that puts the body of each function in the place of `BODY` in `template`."""

    def changed(body: Sequence[cst.BaseStatement]) -> Sequence[cst.BaseStatement]:
        return cst.parse_module(template).visit(_Filling(body)).body

    return lambda source: cst.parse_module(source).visit(_OfBodies(changed)).code


class _Filling(cst.CSTTransformer):
    def __init__(self, body: Sequence[cst.BaseStatement]) -> None:
        super().__init__()
        self._body = body

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> "cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]":
        match updated_node.body:
            case [cst.Expr(value=cst.Name(value="BODY"))]:
                return cst.FlattenSentinel(self._body)
        return updated_node


def renamed_locals(source: str) -> str:
    """Every variable that one function assigns, and no other scope uses, under another name."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    names: dict[cst.CSTNode, str] = {}
    shared = {name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Nonlocal) for name in node.names}
    for scope in set(wrapper.resolve(ScopeProvider).values()):
        if not isinstance(scope, FunctionScope):
            continue
        for assignment in scope.assignments:
            node = getattr(assignment, "node", None)
            uses = list(assignment.references)
            if (
                not isinstance(node, cst.Name)
                or node.value in shared
                or any(access.scope is not scope for access in uses)
            ):
                continue
            every = [each for each in scope.assignments if each.name == assignment.name]
            if any(not isinstance(getattr(each, "node", None), cst.Name) for each in every):
                continue  # a parameter, an import, a definition
            names |= dict.fromkeys([node, *(access.node for access in uses)], f"{node.value}_renamed")
    return wrapper.module.visit(_Renaming(names)).code


class _Renaming(cst.CSTTransformer):
    def __init__(self, names: dict[cst.CSTNode, str]) -> None:
        super().__init__()
        self._names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        new = self._names.get(original_node)
        return updated_node if new is None else updated_node.with_changes(value=new)


def aliased_imports(source: str) -> str:
    """`import os as aliased_os`, and so on, for each module that is imported once, at the margin, by its plain name."""
    tree = ast.parse(source)
    imported = [
        alias.name
        for statement in tree.body
        if isinstance(statement, ast.Import)
        for alias in statement.names
        if alias.asname is None and "." not in alias.name
    ]
    bound = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
    bound += [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    bound += [name for node in ast.walk(tree) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names]
    inner = [
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    ]
    modules = {name for name in imported if inner.count(name) == 1 and name not in bound}
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    names = {
        node: f"aliased_{node.value}"
        for node, found in wrapper.resolve(QualifiedNameProvider).items()
        if isinstance(node, cst.Name)
        and node.value in modules
        and {each.name for each in (found() if callable(found) else found)} == {node.value}
    }
    return wrapper.module.visit(_Aliasing(names, modules)).code


class _Aliasing(_Renaming):
    def __init__(self, names: dict[cst.CSTNode, str], modules: set[str]) -> None:
        super().__init__(names)
        self._modules = modules

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        return False

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        name = updated_node.name
        if isinstance(name, cst.Name) and name.value in self._modules and updated_node.asname is None:
            return updated_node.with_changes(asname=cst.AsName(cst.Name(f"aliased_{name.value}")))
        return updated_node

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._names.pop(node.attr, None)

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.keyword is not None:
            self._names.pop(node.keyword, None)


class _Splitting(cst.CSTTransformer):
    """`f(g(x))` on a line of its own becomes `split = g(x)` and `f(split)`."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> "cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]":
        match updated_node.body:
            case [cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name()), args=[first, *_]) as call)]:
                pass
            case _:
                return updated_node
        if not isinstance(first.value, cst.Call) or first.star or first.keyword:
            return updated_node
        assigned = cst.Assign([cst.AssignTarget(cst.Name("split"))], first.value)
        rest = call.with_changes(args=[first.with_changes(value=cst.Name("split")), *call.args[1:]])
        before = cst.SimpleStatementLine([assigned], leading_lines=updated_node.leading_lines)
        after = updated_node.with_changes(body=[cst.Expr(rest)], leading_lines=[])
        return cst.FlattenSentinel([before, after])


def split_statements(source: str) -> str:
    """The first argument of a call that is a statement is computed on the line before it."""
    return cst.parse_module(source).visit(_Splitting()).code


class _Moving(cst.CSTTransformer):
    """The body of each plain function of the module moves into a helper that is called once."""

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        body: list[cst.BaseStatement] = []
        for statement in updated_node.body:
            body += self._moved(statement) if isinstance(statement, cst.FunctionDef) else [statement]  # type: ignore[list-item]
        return updated_node.with_changes(body=body)

    def _moved(self, function: cst.FunctionDef) -> list[cst.BaseStatement]:
        params = function.params
        plain = [*params.posonly_params, *params.params]
        text = cst.Module([function]).code
        if (
            function.decorators
            or function.asynchronous
            or params.kwonly_params
            or isinstance(params.star_arg, cst.Param)
            or params.star_kwarg
            or "yield" in text
            or not isinstance(function.body, cst.IndentedBlock)
        ):
            return [function]
        helper = f"_moved_{function.name.value}"
        bare = [cst.Param(cst.Name(each.name.value), each.annotation) for each in plain]
        given = ", ".join(each.name.value for each in plain)
        call = cst.parse_statement(f"return {helper}({given})\n")
        moved = function.with_changes(name=cst.Name(helper), params=cst.Parameters(params=bare), leading_lines=[])
        return [moved, function.with_changes(body=function.body.with_changes(body=[call]))]


def moved_bodies(source: str) -> str:
    """The body of each function of the module in a private helper."""
    return cst.parse_module(source).visit(_Moving()).code
