"""Functions that make, order, count and combine containers."""

from collections.abc import Callable

from inheritlint.domain.joins import one_of, partial_sequence, sequence
from inheritlint.domain.literals import as_bits
from inheritlint.domain.operations import binary, merged
from inheritlint.domain.origins import NumbersFrom
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ANYTHING,
    SOME_NUMBER,
    ConstantValue,
    DictValue,
    FlagBits,
    Iteration,
    LocalCallable,
    ObjectRef,
    PartialSequence,
    QualifiedName,
    SequenceValue,
    Value,
)
from inheritlint.interpreter import environment, waits
from inheritlint.interpreter.containers import allocated, element_of, items_of
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.records import Argument, Arguments
from inheritlint.knowledge.effects import Kind

_LONGEST_RANGE = 8


def _dict(frame: Frame, site: Site, state: State) -> Results:
    arguments = site.arguments
    table: DictValue = DictValue((), not arguments.has_unpacking)
    if arguments.positional:
        given = arguments.positional[0].value
        result = merged(table, _table(given, state) or environment.held_in(given, state) or given)
        table = result if isinstance(result, DictValue) else DictValue((), whole=False)
    table = table.having([(key, argument.value) for key, argument in arguments.named])
    return [(state, allocated(frame, state, site.node, table))]


def _table(pairs: Value, state: State) -> DictValue | None:
    """`dict([(key, value), …])`; None where not all of the keys are known."""
    rows = [items_of(pair, state) for pair in items_of(pairs, state) or ()]
    known = [(row[0].value, row[1]) for row in rows if row and len(row) == 2 and isinstance(row[0], ConstantValue)]
    return DictValue(tuple(known)) if known and len(known) == len(rows) else None


def _listed(frame: Frame, site: Site, state: State) -> Results:
    """`list(xs)`, `sorted(xs)`, `set(xs)`: the same elements in a container of their own."""
    given = site.value(0)
    waits.exhausted(frame, given, state)
    if given is None:
        return [(state, allocated(frame, state, site.node, SequenceValue(())))]
    frame.throw(state, "TypeError", probable=False)
    items = items_of(given, state)
    if items is not None:
        return [(state, allocated(frame, state, site.node, sequence(items)))]
    contents = state.contents(given)
    if isinstance(contents, PartialSequence):
        return [(state, allocated(frame, state, site.node, contents))]
    return [(state, given)]


def _tuple(frame: Frame, site: Site, state: State) -> Results:
    given = site.value(0)
    waits.exhausted(frame, given, state)
    if given is None:
        return [(state, SequenceValue(()))]
    items = items_of(given, state)
    return [(state, sequence(items) if items is not None else state.contents(given) or given)]


def _reversed(frame: Frame, site: Site, state: State) -> Results:
    given = site.value(0) or ANYTHING
    items = items_of(given, state)
    return [(state, sequence(items[::-1]) if items is not None else given)]


def _iterator(frame: Frame, site: Site, state: State) -> Results:
    return [(state, site.value(0) or ANYTHING)]


def _iter(frame: Frame, site: Site, state: State) -> Results:
    """`iter(xs)`; `iter(f, b"")` gives what `f` reads, up to the end."""
    function, sentinel = site.value(0), site.value(1)
    if function is None or sentinel is None or not state.ends.tracked or isinstance(function, ConstantValue):
        return _iterator(frame, site, state)
    for way, chunk in frame.call(function, site.with_arguments(Arguments()), state.copy()):
        end = way.heap.get((chunk, waits.READ_FROM)) if isinstance(chunk, ObjectRef) else None
        if isinstance(end, ObjectRef) and sentinel in waits.EMPTY:
            return [(state, end.step(".fileno", Kind.FILE))]
    return [(state, ANYTHING)]


def _next(frame: Frame, site: Site, state: State) -> Results:
    frame.throw(state, "StopIteration", probable=False)
    given = site.value(0) or ANYTHING
    default = [] if site.value(1) is None else [site.value(1) or ANYTHING]
    return [(state, one_of([element_of(given, state), *default]))]


def _zip(frame: Frame, site: Site, state: State) -> Results:
    given = [argument.value for argument in site.arguments.positional]
    columns = [items_of(each, state) for each in given]
    known = [column for column in columns if column is not None]
    if given and len(known) == len(given):
        return [(state, sequence(SequenceValue(row) for row in zip(*known, strict=False)))]
    return [(state, _pairs([element_of(each, state) for each in given]))]


def _enumerate(frame: Frame, site: Site, state: State) -> Results:
    given = site.value(0, "iterable") or ANYTHING
    items = items_of(given, state)
    if items is not None:
        return [(state, sequence(SequenceValue((FlagBits(place), item)) for place, item in enumerate(items)))]
    return [(state, _pairs([ANYTHING, element_of(given, state)]))]


def _pairs(elements: list[Value]) -> Value:
    """Any number of tuples, each of these elements."""
    return Iteration(None, PartialSequence((SequenceValue(tuple(elements)),)))


def _map(frame: Frame, site: Site, state: State) -> Results:
    """`map(f, xs)`: a known callable with its arguments behind it is a call, for each element."""
    function, over = site.value(0), site.value(1)
    if function is None or over is None or isinstance(function, ObjectRef) or site.dropped:
        return [(state, ANYTHING)]  # where it is never gone through, nothing is called
    items = items_of(over, state)
    ways: list[tuple[State, list[Value]]] = [(state, [])]
    for item in items if items is not None else (element_of(over, state),):
        after = []
        for way, results in ways[:4]:
            for end, value in frame.call(function, site.with_arguments(Arguments((Argument(item),))), way):
                after.append((end, [*results, value]))
        ways = after
    found = sequence if items is not None else partial_sequence
    return [(way, found(results)) for way, results in ways]


def _filter(frame: Frame, site: Site, state: State) -> Results:
    over = site.value(1) or ANYTHING
    items = items_of(over, state)
    if items is None:  # it is not known which numbers of a range are left
        return [(state, ANYTHING if isinstance(over, ObjectRef) and isinstance(over.origin, NumbersFrom) else over)]
    return [(state, partial_sequence(items))]


def _range(frame: Frame, site: Site, state: State) -> Results:
    bounds = [as_bits(argument.value).number for argument in site.arguments.positional]
    start = bounds[0] if len(bounds) > 1 else 0
    known = [bound for bound in bounds if bound is not None][:3]
    if bounds and len(known) == len(bounds) and not (len(known) == 3 and known[2] == 0):
        numbers = range(*known)
        if len(numbers) <= _LONGEST_RANGE:
            return [(state, SequenceValue(tuple(map(FlagBits, numbers))))]
    if start is not None and len(bounds) < 3:
        return [(state, ObjectRef(NumbersFrom(start)))]
    return [(state, ANYTHING)]


def _length(frame: Frame, site: Site, state: State) -> Results:
    given = site.value(0) or ANYTHING
    if isinstance(given, ObjectRef) and (given, waits.READ_FROM) in state.heap:
        return [(state, given)]  # it is 0 where nothing was read
    items = items_of(given, state)
    return [(state, FlagBits(len(items), 0, soft=True) if items is not None else ANYTHING)]


def _sum(frame: Frame, site: Site, state: State) -> Results:
    items = items_of(site.value(0) or ANYTHING, state)
    return [(state, _folded("Add", FlagBits(0), items))]


def _folded(op: str, first: Value, items: tuple[Value, ...] | None) -> Value:
    if items is None:
        return SOME_NUMBER
    value = first
    for item in items:
        value = binary(op, value, item)
    return value


def _reduce(frame: Frame, site: Site, state: State) -> Results:
    function, over = site.value(0), site.value(1)
    items = items_of(over, state) if over is not None else None
    if items is None or not items or function is None:
        return [(state, SOME_NUMBER)]
    first = site.value(2)
    rest = items if first is not None else items[1:]
    if isinstance(function, QualifiedName):
        signs = {"operator.or_": "BitOr", "operator.ior": "BitOr", "operator.add": "Add", "operator.iadd": "Add"}
        sign = signs.get(function.name)
        return [(state, _folded(sign, first or items[0], tuple(rest)) if sign else SOME_NUMBER)]
    if not isinstance(function, LocalCallable):
        return [(state, SOME_NUMBER)]
    value: Value = first or items[0]
    for item in rest:
        results = frame.call(function, site.with_arguments(Arguments((Argument(value), Argument(item)))), state)
        value = one_of(each for _, each in results) if results else SOME_NUMBER
    return [(state, value)]


def _copied(frame: Frame, site: Site, state: State) -> Results:
    """`copy.copy(x)`, `copy.deepcopy(x)`."""
    given = site.value(0, "x") or ANYTHING
    contents = state.contents(given)
    return [(state, given if contents is None else allocated(frame, state, site.node, contents))]


def _from_keys(frame: Frame, site: Site, state: State) -> Results:
    items = items_of(site.value(0) or ANYTHING, state)
    held = site.value(1) or ConstantValue(None)
    keys = [each.value for each in items or () if isinstance(each, ConstantValue)]
    return [
        (state, allocated(frame, state, site.node, DictValue((), items is not None).having((k, held) for k in keys)))
    ]


COLLECTIONS: dict[str, Callable[[Frame, Site, State], Results]] = {
    "builtins.dict": _dict,
    "builtins.dict.fromkeys": _from_keys,
    "builtins.list": _listed,
    "builtins.set": _listed,
    "builtins.frozenset": _tuple,
    "builtins.sorted": _listed,
    "builtins.tuple": _tuple,
    "builtins.bytes": _iterator,
    "builtins.reversed": _reversed,
    "builtins.iter": _iter,
    "builtins.next": _next,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.range": _range,
    "builtins.len": _length,
    "builtins.sum": _sum,
    "functools.reduce": _reduce,
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
}
