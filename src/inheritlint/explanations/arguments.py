"""What is given where a descriptor belongs: what is wrong with it, and what to give instead."""

from inheritlint.events.descriptor_arguments import ArgumentMistake, WrongDescriptorArgument
from inheritlint.knowledge.effects import Kind

_OBJECT = "`{callee}` expects a file descriptor, but {given}; {remedy}"
_OBJECT_PASSED = "`pass_fds` expects file descriptors, but {given}; {remedy}"
_SINGLE = "`pass_fds` expects a sequence of file descriptors, but {given}; {remedy}"
_KEYWORD = "`{callee}` takes no keyword arguments; {remedy}"
MESSAGES = _OBJECT, _OBJECT_PASSED, _SINGLE, _KEYWORD

_KINDS = {Kind.SOCKET: "socket", Kind.CONNECTION: "connection", None: "file or socket object"}


def message(call: WrongDescriptorArgument) -> str:
    """The form of the message."""
    if call.given in (ArgumentMistake.OBJECT, ArgumentMistake.VALUE):
        return _OBJECT_PASSED if call.in_pass_fds else _OBJECT
    return _KEYWORD if call.given is ArgumentMistake.KEYWORD else _SINGLE


def given(call: WrongDescriptorArgument) -> str:
    """What is given instead of a descriptor, by name where it has one."""
    if call.given is ArgumentMistake.VALUE:
        return f"`{call.target}` is {call.noun}" if call.target not in ("", call.noun) else f"it is given {call.noun}"
    kind = "single descriptor" if call.given is ArgumentMistake.NUMBER else _KINDS.get(call.kind, "file object")
    return f"`{call.target}` is a {kind}" if call.target else f"it is given a {kind}"


def remedy(call: WrongDescriptorArgument) -> str:
    """What to give instead."""
    name = call.target
    if call.given is ArgumentMistake.VALUE:
        return "pass its elements" if call.noun in ("a pair", "a sequence") else "pass a descriptor"
    if call.given is ArgumentMistake.KEYWORD:
        return f"pass `{name or 'inheritable'}` positionally"
    if call.given is ArgumentMistake.NUMBER:
        return f"use `({name},)`" if name else "use a tuple"
    if call.given is ArgumentMistake.SINGLE:
        return f"use `({name}.fileno(),)`" if name else "use a tuple with its `fileno()`"
    if call.is_socket and not call.in_pass_fds:
        method = "get_inheritable" if call.is_question else "set_inheritable"
        return f"call `{name}.{method}`" if name else f"call its `{method}` method"
    return f"use `{name}.fileno()`" if name else "use its `fileno()`"
