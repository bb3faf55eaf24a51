"""What a call does: its value, and what happens to descriptors, children and the process."""

import libcst as cst

from inheritlint.facts.births import LANDING, numbered
from inheritlint.facts.builtin_calls import BUILTIN_CALLS
from inheritlint.facts.methods import Methods
from inheritlint.facts.numbers import is_foreign, names_a_descriptor
from inheritlint.facts.observation import Argument, Given, given
from inheritlint.facts.operations import computed, element
from inheritlint.facts.outline import dotted
from inheritlint.facts.state import State
from inheritlint.facts.streams import STREAMS, number_of, numbers_of
from inheritlint.facts.texts import in_braces
from inheritlint.facts.values import (
    Bits,
    Constant,
    Local,
    Partial,
    PerPlatform,
    Reference,
    Table,
    Text,
    Thing,
    Value,
    choice,
    from_python,
    options,
    per_platform,
    to_python,
    truth,
)
from inheritlint.knowledge.calls import ADOPTING, CALLS, CLOSING_FUNCTIONS, HARMLESS
from inheritlint.knowledge.deeds import Deed, Kind, Known
from inheritlint.knowledge.platforms import AVAILABILITY, PROPERTY_CALLS

_SKIPS = frozenset(["pytest.skip", "pytest.exit", "pytest.fail", "pytest.xfail"])
#: The descriptor that goes in is the one that comes out, under another face.
_FACES: dict[str, tuple[str, Kind]] = {
    "os.fdopen": ("fd", Kind.FILE),
    "io.FileIO": ("file", Kind.FILE),
    "msvcrt.get_osfhandle": ("fd", Kind.HANDLE),
    "msvcrt.open_osfhandle": ("handle", Kind.DESCRIPTOR),
    "contextlib.closing": ("thing", Kind.FILE),
    "builtins.int": ("x", Kind.DESCRIPTOR),
}
#: What `int` makes of a text that came from elsewhere.
_READ = {Kind.MESSAGE: Kind.MENTIONED, Kind.ENVIRONMENT: Kind.ADOPTED}
_TEXT_METHODS = frozenset(
    [
        "startswith",
        "endswith",
        "lower",
        "upper",
        "casefold",
        "strip",
        "title",
        "capitalize",
        "get",
        "format",
        "encode",
        "decode",
    ]
)
#: Methods that leave the number in a text where it is.
_KEEPING_TEXT = frozenset(["encode", "decode", "strip", "lower", "upper"])


class Conduct(Methods):
    """Evaluates calls."""

    site: cst.Call | None = None  # the call of a function of this file that is being followed

    expecting = 0  # statements around the one at hand that expect it to raise, `with pytest.raises(…):`

    def duplicated(self, node: cst.Call, arguments: Given, state: State) -> Value:
        name = "fcntl.fcntl.F_DUPFD"
        return self.deed(node, name, CALLS[name], arguments, state, state.platforms)

    def spawner(self, name: str) -> Known | None:
        """The row of a function that the project's settings call a spawner."""
        return None

    def call(self, node: cst.Call, state: State) -> Value:
        here = state.platforms
        if isinstance(node.func, cst.Attribute):
            text = self._text(node, node.func, state)
            if text is not None:
                return text
        callee = self.evaluate(node.func, state)
        arguments = self._arguments(node, state)
        if isinstance(callee, PerPlatform) and all(isinstance(value, Constant) for value in callee.values):
            return callee
        results: list[Value] = []
        for option in options(callee, state.platforms):
            on = self._where(callee, option, here)
            results.append(self._apply(node, option, arguments, state, on))
        return choice(results) if results else Thing(node)

    def _text(self, node: cst.Call, method: cst.Attribute, state: State) -> Value | None:
        """A method of known text (`sys.platform.startswith("win")`), or `get` of a known dict."""
        name = method.attr.value
        if name not in _TEXT_METHODS:
            return None
        base = self.evaluate(method.value, state)
        if name == "get" and isinstance(base, Table) and node.args:
            arguments = self._arguments(node, state)
            return element(base, arguments.positional[0].value if arguments.positional else None)
        if isinstance(base, Text):
            return base if name in _KEEPING_TEXT else None
        if name == "format" and isinstance(base, Constant) and isinstance(base.value, str):
            given = self._arguments(node, state)
            named = {key: argument.value for key, argument in given.named}
            return in_braces(base.value, [argument.value for argument in given.positional], named)
        known = base.values if isinstance(base, PerPlatform) else (base,)
        if not all(isinstance(value, Constant) and isinstance(value.value, str) for value in known):
            return None
        plain = computed(lambda: [to_python(each.value) for each in self._arguments(node, state).positional])
        made = [computed(lambda text: getattr(to_python(text), name)(*plain), text) for text in known]
        if any(isinstance(each, Exception) for each in made):
            return Thing(node)
        results = tuple(map(from_python, made))
        if not isinstance(base, PerPlatform):
            return results[0]
        if name in ("startswith", "endswith"):
            if not any(truth(result) for result in results):
                self.never_true(node, base.reads, plain[0] if isinstance(plain[0], tuple) else plain)
            return PerPlatform(results, "", node)
        return PerPlatform(results, base.reads)

    def _where(self, callee: Value, option: Value, platforms: frozenset[int]) -> frozenset[int]:
        if not isinstance(callee, PerPlatform):
            return platforms
        return frozenset(i for i in platforms if option in set(options(callee.values[i])))

    def _arguments(self, node: cst.Call, state: State) -> Given:
        found: list[tuple[str | None, str, Value, cst.Arg | None]] = []
        for argument in node.args:
            keyword = argument.keyword.value if argument.keyword else None
            found.append((keyword, argument.star, self.evaluate(argument.value, state), argument))
        return given(found)

    def _apply(self, node: cst.Call, callee: Value, arguments: Given, state: State, on: frozenset[int]) -> Value:
        match callee:
            case Reference(name):
                return self._known(node, name, arguments, state, on)
            case Partial(function, early):
                whole = Given(
                    tuple(given([(None, "", value, None)]).positional[0] for keyword, value in early if keyword is None)
                    + arguments.positional,
                    tuple(
                        (
                            dict(given([(keyword, "", value, None) for keyword, value in early if keyword]).named)
                            | dict(arguments.named)
                        ).items()
                    ),
                    arguments.open_ended,
                )
                return self._apply(node, function, whole, state, on)
            case Local(cst.ClassDef() as definition):
                return self._construct(node, definition, arguments, state, on)
            case Local():
                self.site = node
                return self.run(callee, arguments, state)
            case Thing(path=(*_, last)) if last.startswith("."):
                return self.method(node, callee, last[1:], arguments, state, on)
        if isinstance(node.func, cst.Attribute):
            owner = self.evaluate(node.func.value, state)
            thing = owner if isinstance(owner, Thing) else Thing((owner, "object"))
            return self.method(node, thing.step(f".{node.func.attr.value}"), node.func.attr.value, arguments, state, on)
        self.unknown(dotted(node.func) or "", arguments, state)
        return Thing(node)

    # Names of other modules

    def _known(self, node: cst.Call, name: str, arguments: Given, state: State, on: frozenset[int]) -> Value:
        if name in PROPERTY_CALLS:
            return per_platform(PROPERTY_CALLS[name], name)
        if name in ADOPTING and is_foreign(ADOPTING[name], arguments):
            self.seen(node, name, ADOPTING[name], arguments, state, on)
        special = BUILTIN_CALLS.get(name)
        if special:
            return special(self, node, arguments, state)
        known = CALLS.get(name) or self.spawner(name)
        if name in _FACES:
            return self._face(node, name, arguments, state)
        if name in CLOSING_FUNCTIONS:
            closed = arguments.positional[0].value if arguments.positional else Constant(None)
            state.streams = state.streams.closing(numbers_of(closed), node)
            numbers = [argument.value for argument in arguments.positional[:1] if isinstance(argument.value, Bits)]
            for thing in arguments.things()[:1] or [numbered(number) for number in numbers]:
                self.undo(thing, node, state)
            return Constant(None)
        if known is None:
            self._unlisted(node, name, arguments, state)
            return Thing(node)
        return self.deed(node, name, known, arguments, state, on)

    def _unlisted(self, node: cst.Call, name: str, arguments: Given, state: State) -> None:
        if name in _SKIPS:
            self.may_raise(state)
            self.end(state)
        elif name not in HARMLESS:
            self.unknown(name, arguments, state)

    def deed(
        self, node: cst.Call, name: str, known: Known, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        caught = known.deed is Deed.HANDLE and self.catches("AttributeError")
        if known.deed is not Deed.HANDLE:  # evaluating the arguments may have left platforms behind
            on = on & state.platforms or on
        self.seen(node, name, known, arguments, state, on, caught)
        match known.deed:
            case Deed.MARKS:
                self._mark_by(node, arguments.bind(known), "descriptor", state)
                return Constant(None)
            case Deed.HANDLE:
                if caught:
                    self.missing(state, AVAILABILITY["os", "set_handle_inheritable"], "AttributeError")
                if name.endswith("set_handle_inheritable"):
                    self._mark_by(node, arguments.bind(known), "handle", state)
                return Constant(None)
            case Deed.REPLACES | Deed.ENDS:
                if known.deed is Deed.REPLACES:
                    self.replaced(node, state)
                    failed = state.fork()
                    for thing in list(failed.marks):
                        failed.undo(thing, node)
                    self.may_raise(failed)
                self.end(state)
                return Thing(node)
            case Deed.STARTS | Deed.SPAWNS:
                self.may_raise(state)
                state.started(node)
                return Thing(node)
            case Deed.FLAGGED | Deed.RECEIVES | Deed.FOREIGN:
                return self.created(node, name, known, arguments, state)
            case Deed.DUPLICATES:
                return self.duplicated_onto(node, arguments.bind(known), state)
            case Deed.FORKS:
                return self.forked_terminal(node, state)
            case Deed.COMMANDS:
                return self.commanded(node, arguments, state)
            case Deed.RANGES:
                self.closed_range(node, arguments.bind(known), state)
                return Constant(None)
        return self._made(node, known, arguments, state)

    def _made(self, node: cst.Call, known: Known, arguments: Given, state: State) -> Value:
        """What an ordinary creation returns."""
        self.may_raise(state)
        if known.makes is Kind.ENVIRONMENT:
            key = arguments.bind(known).get("key")
            return Thing(node, (), known.makes if key and names_a_descriptor(key.value) else None)
        if known.makes in LANDING and state.streams.closed:
            return self.landed(node, known.makes, state)
        return Thing(node, (), known.makes)

    def _mark_by(self, node: cst.Call, arguments: dict[str, Argument], parameter: str, state: State) -> None:
        target, wanted = arguments.get(parameter), arguments.get("inheritable")
        if target is None or wanted is None:
            return
        self.mark(node, target.value, wanted.value, state)

    def mark(self, node: cst.Call, target: Value, wanted: Value, state: State) -> None:
        answer = truth(wanted)
        if self.expecting:
            self.may_raise(state)
        number = number_of(target)
        if number in STREAMS and answer is not None:
            state.streams = state.streams.opened(number) if answer else state.streams.shut(number, node)
        things = [option for option in options(target, state.platforms) if isinstance(option, Thing)]
        for thing in things if number not in STREAMS else ():
            if answer is True:
                self.shares(thing)
                self.leak(thing, node, state)
            else:
                self.undo(thing, node, state)

    def _face(self, node: cst.Call, name: str, arguments: Given, state: State) -> Value:
        parameter, kind = _FACES[name]
        value = arguments.positional[0].value if arguments.positional else dict(arguments.named).get(parameter)
        value = value if value is None or isinstance(value, Value) else value.value
        if name == "builtins.int":
            if isinstance(value, Thing) and value.kind in _READ:
                return Thing(value.root, value.path, _READ[value.kind])
            if isinstance(value, (Bits, Constant)):
                number = computed(lambda: int(to_python(value)))  # type: ignore[call-overload]
                return Bits.of(number) if isinstance(number, int) else Thing(node)
            return (
                value.step(".fileno", value.kind)
                if isinstance(value, Thing) and value.owner in state.marks
                else (value or Thing(node))
            )
        if name != "contextlib.closing":
            self.may_raise(state)
        if isinstance(value, Thing):
            return value.owner.step(".fileno", kind)
        return Thing(node, (), kind)

    # Classes of this file

    def _construct(
        self, node: cst.Call, definition: cst.ClassDef, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        name = self.started_class(definition)
        if name:
            return self.deed(node, name, CALLS[name], arguments, state, on)
        self.unknown("", arguments, state)
        return Thing(("instance", node, definition))
