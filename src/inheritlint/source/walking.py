"""Going through what `ast` made of a text, as fast as Python can."""

import ast
from collections.abc import Iterable, Iterator

#: Fields that hold operators, contexts, and what is no node.
_PLAIN = frozenset(
    "id attr arg name module asname level ctx op ops kind conversion type_comment is_async simple rest kwd_attrs str "
    "tag".split()
)
_LEAVES = (ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each class of nodes that may hold nodes which name something; so no value need be asked."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        plain = _PLAIN - {"name"} if kind.__name__ == "TypeAlias" else _PLAIN
        without = _PLAIN | {"value", "names"} if kind in _LEAVES else plain
        self[kind] = tuple(name for name in kind._fields if name not in without)
        return self[kind]


_FIELDS = _Fields()


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of `nodes` and below; far quicker than `ast.walk`, and without contexts and operators."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        for name in _FIELDS[type(node)]:  # as `children_of` does, without a call for each of a million nodes
            value = getattr(node, name)
            if type(value) is list:
                pending += [each for each in value if each is not None] if None in value else value
            elif value is not None:
                pending.append(value)


def children_of(node: ast.AST) -> list[ast.AST]:
    """The nodes right below `node`, without contexts and operators."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name)
        if type(value) is list:
            found += [each for each in value if each is not None] if None in value else value
        elif value is not None:
            found.append(value)
    return found


def names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The variables that `nodes` name."""
    return {node.id for node in walk(nodes) if isinstance(node, ast.Name)}


def base_of(node: ast.Attribute) -> set[str]:
    """The names in front of the last one."""
    found: set[str] = set()
    inner = node.value
    while isinstance(inner, ast.Attribute):
        found.add(inner.attr)
        inner = inner.value
    return found | {inner.id} if isinstance(inner, ast.Name) else found
