"""What an expression stands for on one path, and which paths a condition leaves open."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from typing import ClassVar

import libcst as cst

from inheritlint.facts.operations import (
    COMPARISONS,
    NEGATIVE,
    NONE,
    applied,
    combine,
    is_none,
    literal,
    literals,
    negated,
    pieced,
    pointwise,
    spread,
)
from inheritlint.facts.outline import dotted
from inheritlint.facts.platform_names import speaks_of_windows, well_known
from inheritlint.facts.state import State
from inheritlint.facts.texts import joined
from inheritlint.facts.values import (
    Bits,
    Choice,
    Constant,
    Local,
    PerPlatform,
    Reference,
    Thing,
    Value,
    as_bits,
    available_on,
    choice,
    options,
    per_platform,
    true_on,
    truth,
)
from inheritlint.knowledge.deeds import Kind
from inheritlint.knowledge.flags import CONSTANTS, OTHER_OPEN_FLAG, is_flag_name
from inheritlint.knowledge.platforms import AVAILABILITY, GUARDED_FLAGS, PROPERTIES, WINDOWS
from inheritlint.source.nodes import children_of

_STD_STREAMS = {"sys.stdin": 0, "sys.stdout": 1, "sys.stderr": 2}


class Evaluation(ABC):
    """Evaluates expressions of one function or module body. `call` is what the next layer knows."""

    methods: ClassVar[dict[type[cst.CSTNode], Callable[..., Value]]]

    @abstractmethod
    def bind(self, target: cst.BaseExpression, value: Value, state: State) -> None:
        """`target = value`."""

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
    def tolerates_absence(self) -> bool:
        """Whether a handler stands ready for a name that the platform lacks."""

    @abstractmethod
    def lacks_flag(self, node: cst.Attribute, module: str, state: State) -> bool:
        """Whether `module` lacks the flag that is read from it, on a platform that gets here."""

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
        method = self.methods.get(type(node))
        return method(self, node, state) if method else self._other(node, state)

    def _other(self, node: cst.CSTNode, state: State) -> Value:
        for child in children_of(node):
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
                return NONE
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
        base = self.evaluate(node.value, state)
        if isinstance(base, Reference) and name in GUARDED_FLAGS and self.lacks_flag(node, base.name, state):
            return Bits(CONSTANTS[f"os.{name}"])
        if isinstance(base, PerPlatform) and base.reads == "platform.uname" and name == "system":
            return PerPlatform(base.values, "platform.system")
        if not isinstance(base, (Choice, PerPlatform)):
            return self.member(base, name, state)
        return choice(self.member(base, name, state) for base in options(base, state.platforms))

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
        if name in ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"):
            return Constant(False)
        if available is not None and (not last.endswith("handle_inheritable") or self.tolerates_absence()):
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
            return pieced([(skipped, left), *rights])
        if all(isinstance(truth(right), bool) for _, right in rights) and isinstance(left, Thing):
            return Thing((node, left))
        return choice([left if not both else Constant(False), *(right for _, right in rights)])

    def _conditional(self, node: cst.IfExp, state: State) -> Value:
        pieces = []
        for outcome, branch in ((True, node.body), (False, node.orelse)):
            ways = self.assume(node.test, state.fork(), outcome)
            if not ways:
                self.guards(node.test, [branch], state)
            for way in ways:
                pieces.append((way.platforms, self.evaluate(branch, way)))
                state.marks |= way.marks
        return pieced(pieces)

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
        function = COMPARISONS.get(type(sign))
        if function is None:
            return None
        reads = left.reads if isinstance(left, PerPlatform) else right.reads if isinstance(right, PerPlatform) else ""
        if isinstance(sign, (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual)) and NONE in (left, right):
            other = right if left == NONE else left
            return pointwise(lambda value: is_none(value, isinstance(sign, NEGATIVE)), other, node)
        if not (isinstance(left, PerPlatform) or isinstance(right, PerPlatform)):
            return applied(function, left, right)
        pairs = zip(spread(left), spread(right), strict=True)
        values = tuple(applied(function, one, other) or Thing(node) for one, other in pairs)
        if reads and all(truth(value) is (isinstance(sign, NEGATIVE)) for value in values):
            written = right if isinstance(left, PerPlatform) else left
            self.never_true(node, reads, literals(written))
        return PerPlatform(values, "", node)

    def _hinted(self, node: cst.Comparison, target: cst.ComparisonTarget, left: Value, right: Value) -> Value:
        """A comparison with something whose name says Windows (`kind == Kind.WINDOWS_HANDLE`) may hold only there."""
        named = [dotted(side) or "" for side in (node.left, target.comparator)]
        if any(speaks_of_windows(name.rpartition(".")[2]) for name in named) and not isinstance(
            target.operator, NEGATIVE
        ):
            return available_on(WINDOWS, Thing((node, left, right)), Constant(False))
        return Thing((node, left, right))

    # Literals and displays

    def _integer(self, node: cst.Integer, state: State) -> Value:
        return Bits.of(literal(node.value))

    def _string(self, node: cst.SimpleString | cst.ConcatenatedString, state: State) -> Value:
        text = literal(node.value) if isinstance(node, cst.SimpleString) else node.evaluated_value
        if text is None and isinstance(node, cst.ConcatenatedString):
            return joined([self.evaluate(node.left, state), self.evaluate(node.right, state)])
        return Thing(node) if text is None else Constant(text)

    def _formatted(self, node: cst.FormattedString, state: State) -> Value:
        parts: list[Value] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                parts.append(Constant(part.value))
            elif isinstance(part, cst.FormattedStringExpression):
                parts.append(self.evaluate(part.expression, state))
        return joined(parts)

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

    @abstractmethod
    def suspended(self, state: State) -> None:
        """A generator hands control to its caller, who may never come back."""

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
    return (
        isinstance(value, Thing)
        and isinstance(value.root, tuple)
        and value.root[:1] == ("fork",)
        and value.path[:1] != ("[1]",)
    )


def _after_fork(value: Thing, state: State, outcome: bool) -> list[State]:
    child = outcome == (value.path[-1:] == ("child",))
    key = ("forked", value.root)
    if state.assumed.get(key, child) != child:
        return []
    way = state.fork()
    way.assumed[key] = child
    way.forked |= child
    if child:  # the master of a new terminal is the parent's
        way.marks = {thing: mark for thing, mark in way.marks.items() if thing.root != value.root}
    return [way]


METHODS: dict[type[cst.CSTNode], Callable[..., Value]] = {
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
    cst.FormattedString: Evaluation._formatted,
    cst.NamedExpr: Evaluation._walrus,
    cst.Lambda: Evaluation._lambda,
    cst.Call: Evaluation._call,
    cst.Await: Evaluation._await,
    cst.Yield: Evaluation._await,
}
