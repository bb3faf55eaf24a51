"""Names as they are written: dotted names, what an import binds, what an assignment binds."""

from collections.abc import Iterator

import libcst as cst


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` as text, None where `node` is anything else than names and dots."""
    parts: list[str] = []
    while type(node) is cst.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return None
    return ".".join([node.value, *reversed(parts)]) if parts else node.value


def imported(statement: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """(name bound, qualified name) for each name that an import binds, in their order; `*` for a star."""
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
        yield alias.evaluated_alias or alias.evaluated_name, f"{module}.{alias.evaluated_name}"


def parts(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The names, attributes and subscripts to which an assignment to `target` assigns, tuples and stars taken apart."""
    pending = [target]
    while pending:
        node = pending.pop()
        match node:
            case cst.Tuple() | cst.List():
                pending.extend(element.value for element in reversed(node.elements))
            case cst.StarredElement():
                pending.append(node.value)
            case _:
                yield node
