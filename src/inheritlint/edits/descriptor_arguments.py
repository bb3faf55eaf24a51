"""Fixes for what is given where a descriptor belongs."""

import libcst as cst

from inheritlint.edits.arguments import extent, is_open, remove_argument
from inheritlint.edits.handlers import safety_where_it_raised
from inheritlint.events.descriptor_arguments import ArgumentMistake, WrongDescriptorArgument
from inheritlint.findings import Edit, Fix, Safety

_CALLABLE = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)


def replace_with_descriptor(given: WrongDescriptorArgument) -> Fix | None:
    """The descriptor itself: the socket's own method, `.fileno()`, a tuple, a positional argument."""
    tree, value = given.program.tree, given.argument.value
    safety = safety_where_it_raised(given.program, given.node)
    start, end = extent(tree, value)
    match given.given:
        case ArgumentMistake.KEYWORD:
            return _by_position(given)
        case ArgumentMistake.NUMBER:
            return Fix((Edit(start, start, "("), Edit(end, end, ",)")), safety, _title(given, "({},)", "Pass a tuple"))
        case ArgumentMistake.SINGLE if isinstance(value, _CALLABLE):
            edits = Edit(start, start, "("), Edit(end, end, ".fileno(),)")
            return Fix(edits, safety, _title(given, "({}.fileno(),)", "Pass a tuple with its `fileno()`"))
        case ArgumentMistake.OBJECT if given.in_pass_fds:
            return _numbers(given)
        case ArgumentMistake.OBJECT if given.is_socket:
            return use_socket_method(given)
        case ArgumentMistake.OBJECT if isinstance(value, _CALLABLE):
            safety = Safety.UNSAFE if given.by_function else safety  # the function may use the file, too
            return Fix((Edit(end, end, ".fileno()"),), safety, _title(given, "{}.fileno()", "Add `.fileno()`"))
    return None


def _title(given: WrongDescriptorArgument, pattern: str, otherwise: str) -> str:
    """The title of a fix that writes `pattern` around what is given; `otherwise` where that has no name."""
    return f"Replace with `{pattern.format(given.target)}`" if given.target else otherwise


def _by_position(given: WrongDescriptorArgument) -> Fix | None:
    """The argument without its keyword; None where it is not the second one, after one that is given by position."""
    keyword, arguments = given.argument.keyword, given.node.args
    if keyword is None or len(arguments) != 2 or arguments[0].keyword or is_open(given.node):
        return None
    tree = given.program.tree
    edit = Edit(tree.extent(keyword)[0], extent(tree, given.argument.value)[0], "")
    return Fix((edit,), safety_where_it_raised(given.program, given.node), "Pass the argument positionally")


def use_socket_method(given: WrongDescriptorArgument) -> Fix | None:
    """`sock.set_inheritable(…)` for `os.set_inheritable(sock, …)` or `os.set_inheritable(sock.fileno(), …)`; None
    where the number was read before, so that it is not known which socket has it now, where it is asked of something
    that only has a socket, or where a function of the file passes it on."""
    value = given.argument.value
    arguments = given.node.args
    if given.by_function or len(arguments) != 2 or any(argument.keyword or argument.star for argument in arguments):
        return None
    if given.given is ArgumentMistake.SOCKET_NUMBER:
        if not given.of_socket or not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
            return None
        value = value.func.value
    if not isinstance(value, _CALLABLE):
        return None
    tree = given.program.tree
    method = f"{tree.text(value)}.set_inheritable"
    edits = Edit(*tree.extent(given.node.func), method), remove_argument(tree, given.node, arguments[0])
    return Fix(edits, safety_where_it_raised(given.program, given.node), f"Replace with `{method}`")


def _numbers(given: WrongDescriptorArgument) -> Fix | None:
    """`.fileno()` for every element that is a name."""
    value = given.argument.value
    if not isinstance(value, (cst.List, cst.Tuple)) or not all(
        isinstance(element, cst.Element) and isinstance(element.value, (cst.Name, cst.Attribute))
        for element in value.elements
    ):
        return None
    edits = []
    for element in value.elements:
        end = extent(given.program.tree, element.value)[1]
        edits.append(Edit(end, end, ".fileno()"))
    safety = safety_where_it_raised(given.program, given.node)
    return Fix(tuple(edits), safety, "Add `.fileno()`") if len(edits) == 1 else None


def call_for_handles(given: WrongDescriptorArgument) -> Fix | None:
    """`os.set_handle_inheritable` for `os.set_inheritable`, which takes descriptors; `get` likewise. None where it is
    no handle on other platforms."""
    function = given.node.func
    if given.in_pass_fds or given.on_windows or not isinstance(function, cst.Attribute):
        return None
    if function.attr.value not in ("set_inheritable", "get_inheritable"):
        return None
    start, end = given.program.tree.extent(function.attr)
    name = function.attr.value.replace("_", "_handle_")
    return Fix(
        (Edit(start, end, name),), safety_where_it_raised(given.program, given.node), f"Replace with `os.{name}`"
    )
