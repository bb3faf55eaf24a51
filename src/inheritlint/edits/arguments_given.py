"""Repairs of what is given where a descriptor belongs."""

import libcst as cst

from inheritlint.edits.arguments import replace_argument
from inheritlint.facts.arguments_given import DescriptorGiven, Given
from inheritlint.findings import Edit, Fix, Safety

_CALLABLE = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)


def give_descriptor(given: DescriptorGiven) -> Fix | None:
    """The descriptor itself: the socket's own method, `.fileno()`, a tuple, a positional argument."""
    tree, value = given.program.tree, given.argument.value
    match given.given:
        case Given.KEYWORD:
            edit = replace_argument(tree, given.argument, given.target)
            return Fix((edit,), Safety.SAFE, "Give the argument by position")
        case Given.NUMBER:
            edit = replace_argument(tree, given.argument, f"pass_fds=({given.target},)")
            return Fix((edit,), Safety.SAFE, f"Write `({given.target},)`")
        case Given.OBJECT if given.in_pass_fds:
            return _numbers(given)
        case Given.OBJECT if given.is_socket:
            return own_method(given)
        case Given.OBJECT if isinstance(value, _CALLABLE):
            edit = replace_argument(tree, given.argument, f"{given.target}.fileno()")
            return Fix((edit,), Safety.SAFE, f"Write `{given.target}.fileno()`")
    return None


def own_method(given: DescriptorGiven) -> Fix | None:
    """`sock.set_inheritable(…)` for `os.set_inheritable(sock, …)` or `os.set_inheritable(sock.fileno(), …)`."""
    value = given.argument.value
    arguments = given.node.args
    if len(arguments) != 2 or any(argument.keyword or argument.star for argument in arguments):
        return None
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and value.func.attr.value == "fileno":
        value = value.func.value
    if not isinstance(value, _CALLABLE):
        return None
    tree = given.program.tree
    text = f"{tree.text(value)}.set_inheritable({tree.text(arguments[1].value)})"
    start, end = tree.extent(given.node)
    return Fix((Edit(start, end, text),), Safety.SAFE, f"Call `{tree.text(value)}.set_inheritable`")


def _numbers(given: DescriptorGiven) -> Fix | None:
    """`.fileno()` for every element that is a name."""
    value = given.argument.value
    if not isinstance(value, (cst.List, cst.Tuple)) or not all(
        isinstance(element, cst.Element) and isinstance(element.value, (cst.Name, cst.Attribute))
        for element in value.elements
    ):
        return None
    edits = []
    for element in value.elements:
        end = given.program.tree.extent(element.value)[1]
        edits.append(Edit(end, end, ".fileno()"))
    return Fix(tuple(edits), Safety.SAFE, "Write `.fileno()`") if len(edits) == 1 else None


def call_for_handles(given: DescriptorGiven) -> Fix | None:
    """`os.set_handle_inheritable` for `os.set_inheritable`, which takes descriptors."""
    function = given.node.func
    if given.in_pass_fds or not isinstance(function, cst.Attribute) or function.attr.value != "set_inheritable":
        return None
    start, end = given.program.tree.extent(function.attr)
    name = "set_handle_inheritable"
    return Fix((Edit(start, end, name),), Safety.SAFE, f"Call `os.{name}`")
