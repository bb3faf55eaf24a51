"""Functions of the standard library whose value or effect the analysis knows itself."""

from collections.abc import Callable

import libcst as cst

from inheritlint.facts.effects import Effects
from inheritlint.facts.observation import Given
from inheritlint.facts.operations import combine, computed, merged
from inheritlint.facts.state import State
from inheritlint.facts.texts import text_of
from inheritlint.facts.values import (
    Bits,
    Constant,
    Items,
    Local,
    Partial,
    PerPlatform,
    Reference,
    Table,
    Thing,
    Value,
    as_bits,
    available_on,
    choice,
    options,
    truth,
)
from inheritlint.knowledge.deeds import Kind
from inheritlint.knowledge.libc import NAMES
from inheritlint.knowledge.platforms import AVAILABILITY, PROPERTY_CALLS
from inheritlint.source.parsing import UNREADABLE


def first(arguments: Given, position: int = 0) -> Value | None:
    return arguments.positional[position].value if len(arguments.positional) > position else None


def _hasattr(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    owner, name = first(arguments), first(arguments, 1)
    if isinstance(owner, Reference) and isinstance(name, Constant):
        module = "os" if owner.name in ("posix", "nt") else owner.name
        available = AVAILABILITY.get((module, str(name.value)))
        if available is not None:
            return available_on(available, Constant(True), Constant(False))
    return Thing((owner, name, "has"))


def _getattr(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    owner, name, otherwise = (first(arguments, position) for position in range(3))
    if not isinstance(owner, Reference) or not isinstance(name, Constant):
        return Thing(node)
    module = "os" if owner.name in ("posix", "nt") else owner.name
    available = AVAILABILITY.get((module, str(name.value)))
    probe = state.fork()
    if otherwise is None:
        return self.qualified(f"{owner.name}.{name.value}", state)
    value = self.qualified(f"{owner.name}.{name.value}", probe)
    if isinstance(value, Bits) or available is None:
        # A flag that a platform lacks adds nothing there: it counts as written.
        return value
    return available_on(available, value, otherwise)


def _partial(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    function = first(arguments)
    if function is None or arguments.open_ended:
        return Thing(node)
    early = tuple((None, argument.value) for argument in arguments.positional[1:])
    return Partial(function, early + tuple((key, argument.value) for key, argument in arguments.named))


def _reduce(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    function, items = first(arguments), first(arguments, 1)
    signs: dict[str, cst.BaseBinaryOp] = {
        "operator.or_": cst.BitOr(),
        "operator.add": cst.Add(),
        "operator.ior": cst.BitOr(),
    }
    sign = signs.get(function.name) if isinstance(function, Reference) else None
    if isinstance(function, Local) and isinstance(function.node, cst.Lambda):
        body = function.node.body
        sign = body.operator if isinstance(body, cst.BinaryOperation) else None
    if sign is None or not isinstance(items, Items) or not items.items:
        return Bits(0, -1)
    value = first(arguments, 2) or Bits(0)
    for item in items.items:
        value = choice(combine(sign, value, option) for option in options(item))
    return value


def _sum(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    items = first(arguments)
    if not isinstance(items, Items):
        return Bits(0, -1)
    value: Value = Bits(0)
    for item in items.items:
        value = combine(cst.Add(), value, item)
    return value


def _dict(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    table = Table((), not arguments.open_ended)
    if arguments.positional:
        table = merged(table, arguments.positional[0].value)
    return table.having((key, argument.value) for key, argument in arguments.named)


def _sequence(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    inner = first(arguments)
    return Items(()) if inner is None else inner


def _bool(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    inner = first(arguments)
    if inner is None:
        return Constant(False)
    if isinstance(inner, PerPlatform):
        return PerPlatform(tuple(_plain_truth(value) for value in inner.values), "", inner.origin)
    return _plain_truth(inner)


def _plain_truth(value: Value) -> Value:
    answer = truth(value)
    return Constant(answer) if answer is not None else value


def _any_all(wanted: bool) -> Callable[[Effects, cst.Call, Given, State], Value]:
    def quantified(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
        items = first(arguments)
        if not isinstance(items, Items) or not items.items:
            return Thing(node)
        columns = [tuple(item.values) if isinstance(item, PerPlatform) else (item,) * _WIDTH for item in items.items]
        rows = [[truth(value) for value in row] for row in zip(*columns, strict=True)]
        return PerPlatform(tuple(_decide(row, wanted, node) for row in rows))

    return quantified


def _decide(answers: list[bool | None], wanted: bool, node: cst.Call) -> Value:
    if wanted in answers:
        return Constant(wanted)
    return Thing(node) if None in answers else Constant(not wanted)


def _skip(when: bool) -> Callable[[Effects, cst.Call, Given, State], Value]:
    """`unittest.skipIf(c)`, `pytest.mark.skipif(c)` and `skipUnless`: a table that says when the test is left out."""

    def skipping(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
        condition = first(arguments)
        if condition is None:
            named = dict(arguments.named).get("condition")
            condition = named.value if named else Thing(node)
        if isinstance(condition, Constant) and isinstance(condition.value, str):
            try:
                condition = self.evaluate(cst.parse_expression(condition.value), state)
            except UNREADABLE:
                condition = Thing(node)
        return Table((("skip", condition), ("when", Constant(when))))

    return skipping


def _ioctl(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    command = first(arguments, 1)
    if isinstance(command, Reference) and command.name in ("termios.FIOCLEX", "fcntl.FIOCLEX"):
        for thing in arguments.things()[:1]:
            self.undo(thing, node, state)
    else:
        self.may_raise(state)
    return Thing(node)


def _socket(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    adopted = dict(arguments.named).get("fileno")
    self.may_raise(state)
    if adopted and isinstance(adopted.value, Thing):
        return adopted.value.owner.step(".fileno", Kind.SOCKET)
    return self.landed(node, Kind.SOCKET, state) if state.streams.closed else Thing(node, (), Kind.SOCKET)


def _open(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    target = first(arguments)
    self.may_raise(state)
    if isinstance(target, Thing) and (target.owner in state.marks or target.kind is Kind.DESCRIPTOR):
        return target.owner.step(".fileno", Kind.FILE)
    return self.landed(node, Kind.FILE, state) if state.streams.closed else Thing(node, (), Kind.FILE)


def _range(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    bounds = [as_bits(argument.value).number for argument in arguments.positional]
    start = bounds[0] if len(bounds) > 1 else 0
    known = [bound for bound in bounds if bound is not None][:3]
    numbers = computed(lambda: tuple(range(*known)[:9])) if len(known) == len(bounds) else ()
    if isinstance(numbers, tuple) and len(bounds) > 0 and len(numbers) <= 8 and len(known) == len(bounds):
        return Items(tuple(map(Bits, numbers)))
    return Thing(("range", start)) if start is not None and len(bounds) < 3 else Thing(node)


def _str(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    value = first(arguments)
    return Thing(node) if value is None else choice(text_of(option) for option in options(value, state.platforms))


def _unpack(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    """Numbers out of a message: `struct.unpack("i", data)`, `int.from_bytes(data)`."""
    self.may_raise(state)
    given = [argument.value for argument in arguments.positional[:2]]
    read = any(isinstance(value, Thing) and value.kind is Kind.MESSAGE for value in given)
    return Thing(node, (), Kind.MENTIONED if read else None)


def _library(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    """`ctypes.CDLL(None)`, or a name that says libc: the C library. Any other library is unknown."""
    name = first(arguments) or (dict(arguments.named)["name"].value if "name" in dict(arguments.named) else None)
    self.may_raise(state)
    texts = [option.value for option in options(name or Constant(""), state.platforms) if isinstance(option, Constant)]
    if any(text is None or (isinstance(text, str) and text.startswith(NAMES)) for text in texts):
        return Reference("libc")
    return Reference("libc") if isinstance(name, Reference) and name.name == "<libc>" else Thing(node)


def _find_library(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    return Reference("<libc>") if first(arguments) in (Constant("c"), Constant("libc")) else Thing(node)


def _context(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    """`multiprocessing.get_context(method)`: the same functions; with `fork` a number stays valid."""
    if first(arguments) == Constant("fork"):
        return Thing(node)
    return Reference("multiprocessing.<context>")


def _fork(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    return Thing(("fork", node))


def _import(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    name = first(arguments)
    return Reference(str(name.value)) if isinstance(name, Constant) and isinstance(name.value, str) else Thing(node)


def _cast(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    return first(arguments, 1) or Thing(node)


def _loop(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    return Thing((node, "loop"))


def _super(self: Effects, node: cst.Call, arguments: Given, state: State) -> Value:
    scope = self.receiver()
    base = self.started_class(scope) if isinstance(scope, cst.ClassDef) else None
    return Reference(f"{base}.<super>") if base else Thing(("super", scope))


_WIDTH = len(PROPERTY_CALLS["platform.system"])
BUILTIN_CALLS: dict[str, Callable[[Effects, cst.Call, Given, State], Value]] = {
    "builtins.hasattr": _hasattr,
    "builtins.getattr": _getattr,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "builtins.sum": _sum,
    "builtins.dict": _dict,
    "builtins.tuple": _sequence,
    "builtins.list": _sequence,
    "builtins.set": _sequence,
    "builtins.frozenset": _sequence,
    "builtins.sorted": _sequence,
    "builtins.reversed": _sequence,
    "builtins.iter": _sequence,
    "builtins.bool": _bool,
    "builtins.any": _any_all(True),
    "builtins.all": _any_all(False),
    "builtins.open": _open,
    "io.open": _open,
    "unittest.skipIf": _skip(True),
    "unittest.skipUnless": _skip(False),
    "pytest.mark.skipif": _skip(True),
    "fcntl.ioctl": _ioctl,
    "builtins.range": _range,
    "builtins.str": _str,
    "builtins.repr": _str,
    "builtins.bytes": _sequence,
    "struct.unpack": _unpack,
    "builtins.int.from_bytes": _unpack,
    "ctypes.CDLL": _library,
    "ctypes.PyDLL": _library,
    "ctypes.cdll.LoadLibrary": _library,
    "ctypes.util.find_library": _find_library,
    "multiprocessing.get_context": _context,
    "socket.socket": _socket,
    "os.fork": _fork,
    "builtins.__import__": _import,
    "importlib.import_module": _import,
    "typing.cast": _cast,
    "asyncio.get_event_loop": _loop,
    "asyncio.get_running_loop": _loop,
    "asyncio.new_event_loop": _loop,
    "builtins.super": _super,
}
