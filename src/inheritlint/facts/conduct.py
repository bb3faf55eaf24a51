"""What a call does: its value, and what happens to descriptors, children and the process."""

import re

import libcst as cst

from inheritlint.facts.births import Births, numbered
from inheritlint.facts.builtin_calls import BUILTIN_CALLS, STANDARD_CLOSED, closes_standard_stream
from inheritlint.facts.observation import Argument, Given, Observation, given
from inheritlint.facts.operations import element, merged
from inheritlint.facts.outline import dotted
from inheritlint.facts.state import Mark, State
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
    choice,
    from_python,
    options,
    per_platform,
    to_python,
    truth,
)
from inheritlint.knowledge.calls import (
    CALLS,
    CLOSING_FUNCTIONS,
    CLOSING_METHODS,
    CLOSING_WORDS,
    HARMLESS,
    HARMLESS_METHODS,
    LOOP_METHODS,
    RECEIVING_METHODS,
    SPOKEN,
    UNGUARDED_STARTS,
    Deed,
    Kind,
    Known,
)
from inheritlint.knowledge.platforms import AVAILABILITY, PROPERTY_CALLS

_TAKEN = cst.Name("taken")
_MARK_METHOD = Known(Deed.MARKS, ("inheritable",), "Lib/socket.py, socket.set_inheritable")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
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
_TEXT_METHODS = frozenset(
    ["startswith", "endswith", "lower", "upper", "casefold", "strip", "title", "capitalize", "get"]
)


class Conduct(Births):
    """Evaluates calls."""

    def duplicated(self, node: cst.Call, arguments: Given, state: State) -> Value:
        name = "fcntl.fcntl.F_DUPFD"
        return self._deed(node, name, CALLS[name], arguments, state, state.platforms)

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
        known = base.values if isinstance(base, PerPlatform) else (base,)
        if not all(isinstance(value, Constant) and isinstance(value.value, str) for value in known):
            return None
        try:
            plain = [to_python(argument.value) for argument in self._arguments(node, state).positional]
            results = tuple(from_python(getattr(to_python(value), name)(*plain)) for value in known)
        except (ValueError, TypeError, AttributeError):
            return Thing(node)
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
                return self.run(callee, arguments, state)
            case Thing(path=(*_, last)) if last.startswith("."):
                return self._method(node, callee, last[1:], arguments, state, on)
        if isinstance(node.func, cst.Attribute):
            owner = self.evaluate(node.func.value, state)
            thing = owner if isinstance(owner, Thing) else Thing((owner, "object"))
            return self._method(
                node, thing.step(f".{node.func.attr.value}"), node.func.attr.value, arguments, state, on
            )
        self._unknown(dotted(node.func) or "", arguments, state)
        return Thing(node)

    # Names of other modules

    def _known(self, node: cst.Call, name: str, arguments: Given, state: State, on: frozenset[int]) -> Value:
        if name in PROPERTY_CALLS:
            return per_platform(PROPERTY_CALLS[name], name)
        special = BUILTIN_CALLS.get(name)
        if special:
            return special(self, node, arguments, state)
        known = CALLS.get(name)
        if name in _FACES:
            return self._face(node, name, arguments, state)
        if name in CLOSING_FUNCTIONS:
            closes_standard_stream(arguments, state)
            numbers = [argument.value for argument in arguments.positional[:1] if isinstance(argument.value, Bits)]
            for thing in arguments.things()[:1] or [numbered(number) for number in numbers]:
                self.undo(thing, node, state)
            return Constant(None)
        if known is None:
            self._unlisted(node, name, arguments, state)
            return Thing(node)
        return self._deed(node, name, known, arguments, state, on)

    def _unlisted(self, node: cst.Call, name: str, arguments: Given, state: State) -> None:
        if name in UNGUARDED_STARTS:
            state.started(node)
        if name in _SKIPS:
            self.may_raise(state)
            self.end(state)
        elif name not in HARMLESS:
            self._unknown(name, arguments, state)

    def _deed(
        self, node: cst.Call, name: str, known: Known, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        caught = known.deed is Deed.HANDLE and self.catches("AttributeError")
        if known.deed is not Deed.HANDLE:  # evaluating the arguments may have left platforms behind
            on = on & state.platforms or on
        if known.deed in SPOKEN:
            closed = STANDARD_CLOSED in state.env
            self.observe(Observation(node, name, known, arguments, on, caught, state.forked, closed))
        match known.deed:
            case Deed.MARKS:
                self._mark(node, arguments.bind(known), "descriptor", state)
                return Constant(None)
            case Deed.HANDLE:
                if caught:
                    self.missing(state, AVAILABILITY["os", "set_handle_inheritable"], "AttributeError")
                if name.endswith("set_handle_inheritable"):
                    self._mark(node, arguments.bind(known), "handle", state)
                return Constant(None)
            case Deed.REPLACES | Deed.ENDS:
                if known.deed is Deed.REPLACES:
                    self.replaced(state)
                    failed = state.fork()
                    for thing in list(failed.marks):
                        failed.undo(thing, node)
                    self.may_raise(failed)
                self.end(state)
                return Thing(node)
            case Deed.STARTS:
                self.may_raise(state)
                state.started(node)
                return Thing(node)
            case Deed.FLAGGED | Deed.RECEIVES:
                return self.created(node, name, known, arguments, state)
            case Deed.DUPLICATES:
                return self.duplicated_onto(node, arguments.bind(known), state)
        self.may_raise(state)
        return Thing(node, (), known.makes)

    def _mark(self, node: cst.Call, arguments: dict[str, Argument], parameter: str, state: State) -> None:
        target, wanted = arguments.get(parameter), arguments.get("inheritable")
        if target is None or wanted is None:
            return
        self._set(node, target.value, wanted.value, state)

    def _set(self, node: cst.Call, target: Value, wanted: Value, state: State) -> None:
        answer = truth(wanted)
        if answer is True and not any(mark.undone is None for mark in state.marks.values()):
            self.may_raise(state)
        for thing in (option for option in options(target, state.platforms) if isinstance(option, Thing)):
            if answer is True:
                self.shares(thing)
                if not state.forked:
                    state.marks[thing.owner] = Mark(node)
            else:
                self.undo(thing, node, state)

    def _face(self, node: cst.Call, name: str, arguments: Given, state: State) -> Value:
        parameter, kind = _FACES[name]
        value = arguments.positional[0].value if arguments.positional else dict(arguments.named).get(parameter)
        value = value if value is None or isinstance(value, Value) else value.value
        if name == "builtins.int":
            if isinstance(value, (Bits, Constant)):
                try:
                    return Bits(int(to_python(value)))  # type: ignore[call-overload]
                except (ValueError, TypeError):
                    return Thing(node)
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

    # Methods of things

    def _method(
        self, node: cst.Call, method: Thing, name: str, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        base = Thing(method.root, method.path[:-1])
        if isinstance(node.func, cst.Attribute):
            owner = self.evaluate(node.func.value, state)
            base = owner if isinstance(owner, Thing) else base
        if name == "set_inheritable" and len(arguments.positional) + len(arguments.named) == 1:
            wanted = (arguments.positional or (dict(arguments.named).get("inheritable"),))[0]
            self.observe(Observation(node, "socket.set_inheritable", _MARK_METHOD, arguments, on, False, state.forked))
            if wanted:
                self._set(node, base, wanted.value, state)
            return Constant(None)
        if name in ("fileno", "detach") and not arguments.positional:
            return base.step(".fileno", Kind.DESCRIPTOR if base.kind is Kind.FILE else None)
        if name in CLOSING_METHODS:
            self.undo(base, node, state)
            return Constant(None)
        if name in RECEIVING_METHODS:
            return self._deed(node, name, RECEIVING_METHODS[name], arguments, state, on)
        if name in LOOP_METHODS and "loop" in (dotted(node.func) or "loop").lower():
            return self._deed(node, name, LOOP_METHODS[name], arguments, state, on)
        if name in ("__enter__", "__aenter__", "accept", "__init__"):
            return base if "enter" in name else Thing(node, (), Kind.SOCKETS)
        if name in ("skipTest", "fail"):
            self.may_raise(state)
            self.end(state)
            return Thing(node)
        if name in ("enter_context", "enter_async_context", "push", "enterContext") and arguments.positional:
            for thing in arguments.things():
                self.defer(state, thing)
            return arguments.positional[0].value
        if name in ("values", "items", "copy") and not arguments.positional:
            return base
        if name in (
            "append",
            "add",
            "extend",
            "update",
            "insert",
            "appendleft",
            "pop",
            "clear",
            "popitem",
        ) and isinstance(node.func, cst.Attribute):
            self._grow(node.func.value, name, arguments, state)
        self._unknown(name, arguments, state)
        return Thing(node)

    def _grow(self, container: cst.BaseExpression, name: str, arguments: Given, state: State) -> None:
        """`xs.append(x)` where both are known."""
        text = dotted(container)
        known = state.env.get(text) if text else None
        if text and known is None:
            for argument in arguments.positional:
                state.env[f"{text}.[+]"] = argument.value
        if not text or known is None:
            return
        if isinstance(known, Items) and arguments.positional and name in ("append", "add"):
            state.env[text] = Items((*known.items, arguments.positional[0].value))
        elif isinstance(known, Items) and arguments.positional and isinstance(arguments.positional[0].value, Items):
            state.env[text] = Items(known.items + arguments.positional[0].value.items)
        elif isinstance(known, Table) and name == "update":
            table = merged(known, arguments.positional[0].value) if arguments.positional else known
            state.env[text] = table.having((key, argument.value) for key, argument in arguments.named)
        elif isinstance(known, (Items, Table)) and name != "setdefault":
            state.env[text] = Thing((container, known))

    def _unknown(self, name: str, arguments: Given, state: State) -> None:
        """A call of which only the name is known: it may register a cleanup, take a descriptor over, or raise."""
        self._defer(arguments, state)
        last = name.rpartition(".")[2]
        if not CLOSING_WORDS.isdisjoint(word.lower() for word in _WORD.findall(last)):
            for thing in arguments.things():
                self.undo(thing, _TAKEN, state)
        for argument in arguments.positional:
            node = argument.node.value if argument.node else None
            if isinstance(node, cst.Name) and isinstance(state.env.get(node.value), Table):
                state.env[node.value] = Thing((node, "changed"))
        if last not in HARMLESS_METHODS:
            self.may_raise(state)

    def _defer(self, arguments: Given, state: State) -> None:
        """`addCleanup(os.close, fd)`, `callback(sock.close)`, `finalize(x, cleanup)`: closed later whatever happens."""
        closing = False
        for argument in (*arguments.positional, *(argument for _, argument in arguments.named)):
            match argument.value:
                case Reference(name) if name in CLOSING_FUNCTIONS or name.endswith("set_inheritable"):
                    closing = True
                case Thing(path=(*_, last)) as thing if last.lstrip(".") in CLOSING_METHODS:
                    self.defer(state, Thing(thing.root, thing.path[:-1]))
                case Thing() as thing if closing:
                    self.defer(state, thing)
                case Partial(Reference(name), early) if name in CLOSING_FUNCTIONS:
                    for _, value in early:
                        if isinstance(value, Thing):
                            self.defer(state, value)

    # Classes of this file

    def _construct(
        self, node: cst.Call, definition: cst.ClassDef, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        name = self.started_class(definition)
        if name:
            return self._deed(node, name, CALLS[name], arguments, state, on)
        self._unknown("", arguments, state)
        return Thing(("instance", node, definition))
