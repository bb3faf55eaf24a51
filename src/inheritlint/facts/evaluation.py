"""What an expression stands for on one path, and which paths a condition leaves open."""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable

import libcst as cst

from inheritlint.facts.outline import dotted
from inheritlint.facts.state import State
from inheritlint.facts.values import (
    Bits,
    Choice,
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
    from_python,
    is_known,
    options,
    per_platform,
    to_python,
    true_on,
    truth,
)
from inheritlint.knowledge.calls import Kind
from inheritlint.knowledge.flags import CONSTANTS, OTHER_OPEN_FLAG, is_flag_name
from inheritlint.knowledge.platforms import (
    AVAILABILITY,
    EVERYWHERE,
    PLATFORMS,
    POSIX,
    POSIX_CONSTANTS,
    PROPERTIES,
    WINDOWS,
    WINDOWS_CONSTANTS,
)

_NONE = Constant(None)
_COMPARISONS: dict[type[cst.BaseCompOp], Callable[[object, object], bool]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.Is: operator.is_,
    cst.IsNot: operator.is_not,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.In: lambda left, right: left in right,  # type: ignore[operator]
    cst.NotIn: lambda left, right: left not in right,  # type: ignore[operator]
}
_NEGATIVE = (cst.NotEqual, cst.IsNot, cst.NotIn)
_STD_STREAMS = {"sys.stdin": 0, "sys.stdout": 1, "sys.stderr": 2}


class Evaluation(ABC):
    """Evaluates expressions of one function or module body. `call` is what the next layer knows."""

    @abstractmethod
    def call(self, node: cst.Call, state: State) -> Value:
        """What `node` returns; its effects happen to `state`."""

    @abstractmethod
    def look_up(self, name: str, state: State) -> Value:
        """What a name that no path of this body has bound stands for."""

    @abstractmethod
    def attribute_of(self, instance: Value, name: str) -> Value | None:
        """What the attribute `name` of `self` or of a class of this file is known to be."""

    @abstractmethod
    def missing(self, state: State, platforms: frozenset[int], exception: str) -> None:
        """On all but `platforms` the expression at hand raises `exception`; `state` goes on without them."""

    @abstractmethod
    def closure(self, node: cst.Lambda, state: State) -> Value:
        """A lambda made here."""

    @abstractmethod
    def never_true(self, comparison: cst.CSTNode, reads: str, written: Iterable[object]) -> None:
        """A comparison of a platform property holds nowhere, or everywhere."""

    @abstractmethod
    def guards(self, test: cst.BaseExpression, guarded: Iterable[cst.CSTNode], state: State) -> None:
        """`test` lets no path of `state` through to `guarded`."""

    def evaluate(self, node: cst.BaseExpression, state: State) -> Value:
        """What `node` stands for in `state`."""
        method = _METHODS.get(type(node))
        return method(self, node, state) if method else self._other(node, state)

    def _other(self, node: cst.CSTNode, state: State) -> Value:
        for child in node.children:
            if isinstance(child, cst.BaseExpression):
                self.evaluate(child, state)
            elif isinstance(child, (cst.Element, cst.StarredElement, cst.Arg, cst.FormattedStringExpression)):
                self._other(child, state)
        return Thing(node)

    # Names and attributes

    def _name(self, node: cst.Name, state: State) -> Value:
        match node.value:
            case "True" | "False":
                return Constant(node.value == "True")
            case "None":
                return _NONE
        known = state.env.get(node.value)
        value = self.look_up(node.value, state) if known is None else known
        return self._narrow(value, state)

    def _narrow(self, value: Value, state: State) -> Value:
        """A value that depends on the platform, where all platforms of this path agree on it."""
        if isinstance(value, PerPlatform) and state.platforms:
            left = value.on(state.platforms)
            if len(left) == 1 and not value.origin and not value.reads:
                return next(iter(left))
        return value

    def _attribute(self, node: cst.Attribute, state: State) -> Value:
        name = node.attr.value
        text = dotted(node)
        if text and text in state.env:
            return self._narrow(state.env[text], state)
        return choice(self.member(base, name, state) for base in options(self.evaluate(node.value, state), state.platforms))

    def member(self, base: Value, name: str, state: State) -> Value:
        """The attribute `name` of `base`."""
        match base:
            case Reference(module):
                return self.qualified(f"{module}.{name}", state)
            case Thing(path=path):
                known = self.attribute_of(base, name)
                if known is not None:
                    return known
                if base.kind is Kind.SOCKET or len(path) < 8:
                    return well_known(name) or base.step(f".{name}", base.kind if name == "fileno" else None)
            case Local():
                known = self.attribute_of(base, name)
                return known if known is not None else Thing((base, name))
            case PerPlatform(reads=reads) if reads and name in ("lower", "upper", "casefold", "strip", "startswith"):
                return Thing((base, name))
        return well_known(name) or Thing((base, name))

    def qualified(self, name: str, state: State) -> Value:
        """What a name of another module stands for. Using one that a platform lacks leaves that platform behind."""
        if name in PROPERTIES:
            return per_platform(PROPERTIES[name], name)
        module, _, last = name.rpartition(".")
        module = "os" if module in ("posix", "nt") else module
        available = AVAILABILITY.get((module, last))
        if available is not None and last not in ("set_handle_inheritable", "get_handle_inheritable"):
            self.missing(state, available, "AttributeError")
        if name in CONSTANTS:
            return Bits(CONSTANTS[name])
        if module == "os" and is_flag_name(last):
            return Bits(0, OTHER_OPEN_FLAG)
        if name in _STD_STREAMS:
            return Thing(("standard stream", name), (), Kind.FILE)
        return well_known(last) or Reference(name)

    # Operators

    def _binary(self, node: cst.BinaryOperation, state: State) -> Value:
        left, right = self.evaluate(node.left, state), self.evaluate(node.right, state)
        return choice(
            combine(node.operator, one, other)
            for one in options(left, state.platforms)
            for other in options(right, state.platforms)
        )

    def _unary(self, node: cst.UnaryOperation, state: State) -> Value:
        value = self.evaluate(node.expression, state)
        if isinstance(node.operator, cst.Not):
            return negated(value)
        numbers = [as_bits(option) for option in options(value, state.platforms)]
        if isinstance(node.operator, cst.BitInvert):
            return choice(Bits(~(bits.ones | bits.unknown), bits.unknown) for bits in numbers)
        if isinstance(node.operator, cst.Minus):
            return choice(Bits(-bits.ones) if not bits.unknown else Bits(0, -1) for bits in numbers)
        return value

    def _boolean(self, node: cst.BooleanOperation, state: State) -> Value:
        """`a and b`, `a or b`: the right side is evaluated only where the left one lets it."""
        both = isinstance(node.operator, cst.And)
        left = self.evaluate(node.left, state)
        answer = truth(left)
        if answer is not None and not isinstance(left, PerPlatform):
            return self.evaluate(node.right, state) if answer == both else left
        on = true_on(left, state.platforms)
        ways = self.assume(node.left, state.fork(), both)
        if not ways:
            self.guards(node.left, [node.right], state)
        rights = [(way.platforms, self.evaluate(node.right, way)) for way in ways]
        if on is not None and isinstance(left, PerPlatform):
            skipped = state.platforms - on if both else on
            return _pieced([(skipped, left), *rights])
        if all(isinstance(truth(right), bool) for _, right in rights) and isinstance(left, Thing):
            return Thing((node, left))
        return choice([left if not both else Constant(False), *(right for _, right in rights)])

    def _conditional(self, node: cst.IfExp, state: State) -> Value:
        pieces = []
        for outcome, branch in ((True, node.body), (False, node.orelse)):
            ways = self.assume(node.test, state.fork(), outcome)
            if not ways:
                self.guards(node.test, [branch], state)
            pieces += [(way.platforms, self.evaluate(branch, way)) for way in ways]
        return _pieced(pieces)

    def _comparison(self, node: cst.Comparison, state: State) -> Value:
        left = self.evaluate(node.left, state)
        if len(node.comparisons) != 1:
            self._other(node, state)
            return Thing(node)
        target = node.comparisons[0]
        right = self.evaluate(target.comparator, state)
        value = self._compared(node, left, target.operator, right)
        return value if value is not None else self._hinted(node, target, left, right)

    def _compared(self, node: cst.Comparison, left: Value, sign: cst.BaseCompOp, right: Value) -> Value | None:
        if is_fork(left) and right == Bits(0) and isinstance(left, Thing):
            return left.step("child" if isinstance(sign, (cst.Equal, cst.Is, cst.LessThanEqual)) else "parent")
        function = _COMPARISONS.get(type(sign))
        if function is None:
            return None
        reads = left.reads if isinstance(left, PerPlatform) else right.reads if isinstance(right, PerPlatform) else ""
        if isinstance(sign, (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual)) and _NONE in (left, right):
            other = right if left == _NONE else left
            return _pointwise(lambda value: _is_none(value, isinstance(sign, _NEGATIVE)), other, node)
        if not (isinstance(left, PerPlatform) or isinstance(right, PerPlatform)):
            return _applied(function, left, right)
        pairs = zip(_spread(left), _spread(right), strict=True)
        values = tuple(_applied(function, one, other) or Thing(node) for one, other in pairs)
        if reads and all(truth(value) is (isinstance(sign, _NEGATIVE)) for value in values):
            written = right if isinstance(left, PerPlatform) else left
            self.never_true(node, reads, _literals(written))
        return PerPlatform(values, "", node)

    def _hinted(self, node: cst.Comparison, target: cst.ComparisonTarget, left: Value, right: Value) -> Value:
        """A comparison with something whose name says Windows (`kind == Kind.WINDOWS_HANDLE`) may hold only there."""
        named = [dotted(side) or "" for side in (node.left, target.comparator)]
        if any(speaks_of_windows(name.rpartition(".")[2]) for name in named) and not isinstance(target.operator, _NEGATIVE):
            return available_on(WINDOWS, Thing((node, left, right)), Constant(False))
        return Thing((node, left, right))

    # Literals and displays

    def _integer(self, node: cst.Integer, state: State) -> Value:
        return Bits(node.evaluated_value)

    def _string(self, node: cst.SimpleString | cst.ConcatenatedString, state: State) -> Value:
        text = node.evaluated_value
        return Thing(node) if text is None else Constant(text)

    def _items(self, node: cst.Tuple | cst.List | cst.Set, state: State) -> Value:
        found: list[Value] = []
        for element in node.elements:
            value = self.evaluate(element.value, state)
            if not isinstance(element, cst.StarredElement):
                found.append(value)
            elif isinstance(value, Items):
                found.extend(value.items)
            else:
                return Thing((node, value), ("()",))
        return Items(tuple(found))

    def _table(self, node: cst.Dict, state: State) -> Value:
        table = Table(())
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key, value = self.evaluate(element.key, state), self.evaluate(element.value, state)
                if isinstance(key, (Constant, Bits)):
                    table = table.having([(key.value if isinstance(key, Constant) else key.ones, value)])
                else:
                    table = Table(table.entries, whole=False)
            else:
                more = self.evaluate(element.value, state)
                table = merged(table, more)
        return table

    def _subscript(self, node: cst.Subscript, state: State) -> Value:
        text = dotted(node.value)
        base = self.evaluate(node.value, state)
        if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
            return self._sliced(node, base, state)
        index = self.evaluate(node.slice[0].slice.value, state)
        if text and isinstance(index, Constant) and (known := state.env.get(f"{text}.[{index.value!r}]")):
            return known
        return choice(element(one, index) for one in options(base, state.platforms))

    def _sliced(self, node: cst.Subscript, base: Value, state: State) -> Value:
        if isinstance(base, PerPlatform) and base.reads and isinstance(node.slice[0].slice, cst.Slice):
            bounds = [
                to_python(self.evaluate(bound, state)) if isinstance(bound, cst.Integer) else None
                for bound in (node.slice[0].slice.lower, node.slice[0].slice.upper, node.slice[0].slice.step)
            ]
            cut = slice(*bounds)
            return base.map(lambda value: from_python(to_python(value)[cut]), reads=base.reads)  # type: ignore[index]
        return Thing((node, base))

    def _walrus(self, node: cst.NamedExpr, state: State) -> Value:
        value = self.evaluate(node.value, state)
        if isinstance(node.target, cst.Name):
            state.forget(node.target.value)
            state.env[node.target.value] = value
        return value

    def _lambda(self, node: cst.Lambda, state: State) -> Value:
        return self.closure(node, state)

    def _call(self, node: cst.Call, state: State) -> Value:
        return self.call(node, state)

    def _await(self, node: cst.Await | cst.Yield, state: State) -> Value:
        self.suspended(state)
        if isinstance(node.expression if isinstance(node, cst.Await) else node.value, cst.BaseExpression):
            return self.evaluate(node.expression if isinstance(node, cst.Await) else node.value, state)  # type: ignore[arg-type]
        return Thing(node)

    def suspended(self, state: State) -> None:
        """A generator hands control to its caller, who may never come back."""

    def _comprehension(self, node: cst.BaseComp, state: State) -> Value:
        """Its conditions hold for its element; its names are its own."""
        inner = state.fork()
        ways = self._generated(node.for_in, [inner])
        results: list[Value] = []
        for way in ways:
            if isinstance(node, cst.DictComp):
                self.evaluate(node.key, way)
                self.evaluate(node.value, way)
            elif isinstance(node, cst.BaseSimpleComp):
                results.append(self.evaluate(node.elt, way))
            self.escaped(way, state)
        return Thing((node, *results[:1])) if results else Thing(node)

    def escaped(self, way: State, state: State) -> None:
        """What a comprehension did to descriptors outlives its names."""
        state.marks = dict(way.marks)
        state.deferred |= way.deferred

    def _generated(self, loop: cst.CompFor, states: list[State]) -> list[State]:
        found: list[State] = []
        for state in states:
            source = self.evaluate(loop.iter, state)
            for way in self.each(loop.target, source, state):
                ways = [way]
                for condition in loop.ifs:
                    ways = [kept for one in ways for kept in self.assume(condition.test, one, True)]
                found.extend(ways)
        return self._generated(loop.inner_for_in, found) if loop.inner_for_in else found

    def each(self, target: cst.BaseExpression, source: Value, state: State) -> list[State]:
        """The states in which `target` is bound to an element of `source`, one element for all where none is known."""
        values = source.items if isinstance(source, Items) and len(source.items) <= 8 else (element(source, None),)
        found = []
        for value in values:
            way = state.fork()
            self.bind(target, value, way)
            found.append(way)
        return found

    def bind(self, target: cst.BaseExpression, value: Value, state: State) -> None:
        """`target = value`."""
        match target:
            case cst.Name(value=name):
                state.forget(name)
                state.env[name] = value
            case cst.Tuple() | cst.List():
                starred = any(isinstance(part, cst.StarredElement) for part in target.elements)
                for position, part in enumerate(target.elements):
                    known = element(value, None if starred else Bits(position))
                    self.bind(part.value, known, state)
            case cst.Attribute():
                if text := dotted(target):
                    state.forget(text)
                    state.env[text] = value
            case cst.Subscript():
                self.evaluate(target.value, state)
                text = dotted(target.value)
                if text and len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index):
                    index = self.evaluate(target.slice[0].slice.value, state)
                    known = state.env.get(text)
                    if isinstance(known, Table) and isinstance(index, Constant):
                        state.env[text] = known.having([(index.value, value)])
                    elif isinstance(known, (Table, Items)):
                        state.env[text] = Thing((target, value))
                    elif isinstance(index, Constant):
                        state.env[f"{text}.[{index.value!r}]"] = value

    # Conditions

    def assume(self, test: cst.BaseExpression, state: State, outcome: bool) -> list[State]:
        """The states, made from `state`, in which `test` turns out to be `outcome`; none where it cannot."""
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                return self.assume(test.expression, state, not outcome)
            case cst.BooleanOperation():
                both = isinstance(test.operator, cst.And)
                first = self.assume(test.left, state.fork(), both)
                through = [way for one in first for way in self.assume(test.right, one, outcome)]
                return through if outcome == both else [*self.assume(test.left, state, outcome), *through]
        value = self.evaluate(test, state)
        return self._decided(test, value, state, outcome)

    def _decided(self, test: cst.BaseExpression, value: Value, state: State, outcome: bool) -> list[State]:
        if is_fork(value) and isinstance(value, Thing):
            return _after_fork(value, state, outcome)
        on = true_on(value, state.platforms)
        if on is not None:
            left = on if outcome else state.platforms - on
            return [state.on(left)] if left else []
        if isinstance(value, PerPlatform):
            possible = frozenset(i for i in state.platforms if truth(value.values[i]) is not (not outcome))
            if not possible:
                return []
            state = state.on(possible)
        answer = truth(value)
        if answer is not None:
            return [state] if answer == outcome else []
        key = self.question(test, value)
        if key is None:
            return [state]
        if key in state.assumed:
            return [state] if state.assumed[key] == outcome else []
        way = state.fork()
        way.assumed[key] = outcome
        return [way]

    @abstractmethod
    def question(self, test: cst.BaseExpression, value: Value) -> Hashable | None:
        """A key for a condition that is asked again later, None for one that is not: (text, names in it)."""


def is_fork(value: Value) -> bool:
    """Whether `value` is what fork(2) returned, or a comparison of that with 0."""
    return isinstance(value, Thing) and isinstance(value.root, tuple) and value.root[:1] == ("fork",) and value.path[:1] != ("[1]",)


def _after_fork(value: Thing, state: State, outcome: bool) -> list[State]:
    child = outcome == (value.path[-1:] == ("child",))
    key = ("forked", value.root)
    if state.assumed.get(key, child) != child:
        return []
    way = state.fork()
    way.assumed[key] = child
    way.forked |= child
    return [way]


def _is_none(value: Value, negative: bool) -> Value:
    match value:
        case Constant(None):
            return Constant(not negative)
        case Thing(kind=None):
            return Thing((value, "is none", negative))
        case Reference(name) if not is_known(name):
            return Thing((value, "is none", negative))
    return Constant(negative)


def _applied(function: Callable[[object, object], bool], left: Value, right: Value) -> Value | None:
    try:
        return Constant(bool(function(to_python(left), to_python(right))))
    except (ValueError, TypeError):
        return None


def _spread(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, PerPlatform) else (value,) * len(PLATFORMS)


def _pointwise(function: Callable[[Value], Value], value: Value, origin: cst.CSTNode) -> Value:
    if isinstance(value, PerPlatform):
        return value.map(function, origin)
    if isinstance(value, Choice):
        return choice(map(function, value.options))
    return function(value)


def _literals(value: Value) -> tuple[object, ...]:
    try:
        known = to_python(value)
    except ValueError:
        return ()
    return known if isinstance(known, tuple) else (known,)


def _pieced(pieces: list[tuple[frozenset[int], Value]]) -> Value:
    """One value out of those that hold on parts of the platforms."""
    if len({platforms for platforms, _ in pieces}) <= 1:
        return choice(value for _, value in pieces) if pieces else Thing(("nowhere",))
    values = []
    for index in range(len(PLATFORMS)):
        here = [value for platforms, value in pieces if index in platforms]
        values.append(choice(_at(value, index) for value in here) if here else Constant(None))
    covered = frozenset().union(*(platforms for platforms, _ in pieces))
    whole = PerPlatform(tuple(values))
    kinds = whole.on(covered)
    return next(iter(kinds)) if len(kinds) == 1 else whole


def _at(value: Value, index: int) -> Value:
    return value.values[index] if isinstance(value, PerPlatform) else value


def negated(value: Value) -> Value:
    """`not value`."""
    if isinstance(value, PerPlatform):
        return value.map(negated, value.origin)
    if isinstance(value, Choice):
        return choice(map(negated, value.options))
    answer = truth(value)
    return Constant(not answer) if answer is not None else Thing((value, "not"))


def element(base: Value, index: Value | None) -> Value:
    """`base[index]`; whichever element where `index` is None."""
    match base, index:
        case Items(items), Bits(position, 0) if -len(items) <= position < len(items):
            return items[position]
        case Items(items), None if items:
            return choice(items)
        case Table(), Constant(key) if (known := base.get(key)) is not None:
            return known
        case Table(entries, True), _ if entries and not isinstance(index, (Constant, Bits)):
            return choice(value for _, value in entries)
        case Table(), PerPlatform(values):
            return PerPlatform(tuple(element(base, value) for value in values))
        case Thing(kind=kind), Bits(position, 0):
            inner = {Kind.PAIR: Kind.DESCRIPTOR, Kind.SOCKETS: Kind.SOCKET}.get(kind) if kind else None
            if kind is Kind.CREATED_FILE and position == 0:
                inner = Kind.DESCRIPTOR
            return base.step(f"[{position}]", inner)
        case Thing(), Constant(key):
            return base.step(f"[{key!r}]")
        case Thing(), _:
            return base.step("[*]")
    return Thing(("element", base, index))


def merged(table: Table, more: Value) -> Table:
    """`{**table, **more}`. What may be overridden is no longer known."""
    if isinstance(more, Table) and not more.whole:
        return Table(more.entries, whole=False)
    if isinstance(more, Table):
        return Table(table.having(more.entries).entries, table.whole and more.whole)
    return Table((), whole=False)


def combine(sign: cst.BaseBinaryOp | cst.BaseAugOp, left: Value, right: Value) -> Value:
    """`left sign right` for flags and the containers that hold them."""
    if isinstance(sign, (cst.Add, cst.AddAssign)) and isinstance(left, Items) and isinstance(right, Items):
        return Items(left.items + right.items)
    if isinstance(sign, (cst.BitOr, cst.BitOrAssign)) and isinstance(left, Table):
        return merged(left, right)
    if isinstance(sign, (cst.Add, cst.AddAssign)) and isinstance(left, Constant) and isinstance(right, Constant):
        return from_python(left.value + right.value) if isinstance(left.value, str) and isinstance(right.value, str) else Thing((left, right))
    one, other = as_bits(left), as_bits(right)
    match sign:
        case cst.BitOr() | cst.BitOrAssign():
            ones = one.ones | other.ones
            return Bits(ones, (one.unknown | other.unknown) & ~ones)
        case cst.BitAnd() | cst.BitAndAssign():
            maybe = (one.ones | one.unknown) & (other.ones | other.unknown)
            return Bits(one.ones & other.ones, maybe & ~(one.ones & other.ones))
        case cst.BitXor() | cst.BitXorAssign():
            unknown = one.unknown | other.unknown
            return Bits((one.ones ^ other.ones) & ~unknown, unknown)
        case cst.Multiply() | cst.MultiplyAssign():
            # `FLAG * wanted`: no flag or that flag. Other products of flags have no meaning.
            flag = one if one.number is not None else other
            return Bits(0, flag.ones) if one.unknown or other.unknown else Bits(one.ones * other.ones)
    if one.unknown or other.unknown:
        return _disjoint_sum(sign, one, other)
    try:
        return Bits(int(_ARITHMETIC[type(sign)](one.ones, other.ones)))
    except (KeyError, ZeroDivisionError, ValueError, OverflowError):
        return Bits(0, -1)


def _disjoint_sum(sign: cst.CSTNode, one: Bits, other: Bits) -> Bits:
    """`+` of flags that share no bit is `|`; anything else with an unknown part is unknown."""
    apart = not (one.ones | one.unknown) & (other.ones | other.unknown)
    if isinstance(sign, (cst.Add, cst.AddAssign)) and apart:
        return Bits(one.ones | other.ones, one.unknown | other.unknown)
    return Bits(0, -1)


def _shifted(value: int, by: int) -> int:
    if not 0 <= by < 256:
        raise ValueError(by)
    return value << by


_ARITHMETIC: dict[type[cst.CSTNode], Callable[[int, int], int]] = {
    cst.Add: operator.add,
    cst.AddAssign: operator.add,
    cst.Subtract: operator.sub,
    cst.SubtractAssign: operator.sub,
    cst.LeftShift: _shifted,
    cst.LeftShiftAssign: _shifted,
    cst.RightShift: operator.rshift,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
}


def _plain(name: str) -> str:
    return name.lstrip("_").lower()


def well_known(name: str) -> Value | None:
    """What a constant that many projects keep stands for: `WINDOWS`, `_mswindows`, `IS_LINUX`."""
    plain = _plain(name)
    if plain in WINDOWS_CONSTANTS:
        return available_on(WINDOWS, Constant(True), Constant(False))
    if plain in POSIX_CONSTANTS:
        whole = plain in {"posix", "is_posix", "not_windows", "non_windows", "is_not_windows", "unix", "is_unix"}
        return available_on(POSIX, Constant(True) if whole else Thing(("platform constant", name)), Constant(False))
    return None


def speaks_of_windows(name: str) -> bool:
    """Whether a name holds the word: `WINDOWS_HANDLE`, `win32_pipe`."""
    words = _plain(name).split("_")
    return not {"windows", "win32", "mswindows", "msvcrt"}.isdisjoint(words) and "not" not in words and "non" not in words


_METHODS: dict[type[cst.CSTNode], Callable[..., Value]] = {
    cst.Name: Evaluation._name,
    cst.Attribute: Evaluation._attribute,
    cst.BinaryOperation: Evaluation._binary,
    cst.UnaryOperation: Evaluation._unary,
    cst.BooleanOperation: Evaluation._boolean,
    cst.IfExp: Evaluation._conditional,
    cst.Comparison: Evaluation._comparison,
    cst.Integer: Evaluation._integer,
    cst.SimpleString: Evaluation._string,
    cst.ConcatenatedString: Evaluation._string,
    cst.Tuple: Evaluation._items,
    cst.List: Evaluation._items,
    cst.Set: Evaluation._items,
    cst.Dict: Evaluation._table,
    cst.Subscript: Evaluation._subscript,
    cst.NamedExpr: Evaluation._walrus,
    cst.Lambda: Evaluation._lambda,
    cst.Call: Evaluation._call,
    cst.Await: Evaluation._await,
    cst.Yield: Evaluation._await,
    cst.ListComp: Evaluation._comprehension,
    cst.SetComp: Evaluation._comprehension,
    cst.GeneratorExp: Evaluation._comprehension,
    cst.DictComp: Evaluation._comprehension,
}
__all__ = ["EVERYWHERE", "Evaluation", "Partial", "combine", "element", "merged", "negated", "speaks_of_windows", "well_known"]
