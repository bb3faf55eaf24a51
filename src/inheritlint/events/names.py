"""How an expression is called in a message."""

import libcst as cst

from inheritlint.source.parsing import Tree

_LONGEST = 60  # characters of a name


def name_of(tree: Tree, node: cst.CSTNode | None) -> str:
    """`node` as it is written, where that names something: a variable, an attribute, an item, the `fileno()` or
    `int()` of one, a number. What `:=` assigns is called by its variable. Empty for any other expression: advice that
    repeats it would evaluate it again."""
    if isinstance(node, cst.NamedExpr):
        node = node.target
    text = tree.text(node) if node is not None and (isinstance(node, cst.Integer) or _is_name(node)) else ""
    return text if len(text) <= _LONGEST and "\n" not in text and "\r" not in text else ""


def _is_name(node: cst.CSTNode) -> bool:
    match node:
        case cst.Name():
            return True
        case cst.Attribute(value=inner):
            return _is_name(inner)
        case cst.Subscript(value=inner, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return _is_name(inner) and (isinstance(index, (cst.Integer, cst.SimpleString)) or _is_name(index))
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="fileno")), args=[]):
            return _is_name(inner)
        case cst.Call(func=cst.Name(value="int"), args=[cst.Arg(value=inner)]):
            return _is_name(inner)
    return False
