"""What the methods of descriptors, sockets, files and containers do."""

import re
import sys
from abc import abstractmethod

import libcst as cst

from inheritlint.facts.births import Births
from inheritlint.facts.builtin_calls import BUILTIN_CALLS
from inheritlint.facts.observation import Given, Observation
from inheritlint.facts.operations import merged
from inheritlint.facts.outline import dotted
from inheritlint.facts.state import State
from inheritlint.facts.streams import numbers_of
from inheritlint.facts.values import Constant, Items, Partial, Reference, Table, Thing, Value, choice
from inheritlint.knowledge.calls import (
    CLOSING_FUNCTIONS,
    CLOSING_METHODS,
    CLOSING_WORDS,
    HARMLESS_METHODS,
    LOOP_METHODS,
    RECEIVING_METHODS,
)
from inheritlint.knowledge.deeds import SPOKEN, Deed, Kind, Known
from inheritlint.knowledge.workers import MESSAGE_METHODS, SENDING_METHODS, WORKING_METHODS

_TAKEN = cst.Name("taken")
_MARK_METHOD = Known(Deed.MARKS, ("inheritable",), "Lib/socket.py, socket.set_inheritable")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
#: What the number of something open is.
_NUMBERS = {Kind.FILE: Kind.DESCRIPTOR, Kind.SOCKET: Kind.SOCKET_NUMBER}
_STARTING = (Deed.STARTS, Deed.SPAWNS, Deed.REPLACES)
_MESSENGERS = (Kind.SOCKET, Kind.CONNECTION, Kind.QUEUE)
#: Methods that keep what they are given, for somebody else to use.
_KEEPING = frozenset("append add extend insert update setdefault".split())


class Methods(Births):
    """Evaluates calls of methods, and calls of which only the name is known."""

    @abstractmethod
    def deed(
        self, node: cst.Call, name: str, known: Known, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        """What a known call does and returns."""

    @abstractmethod
    def mark(self, node: cst.Call, target: Value, wanted: Value, state: State) -> None:
        """`target` is made inheritable, or the contrary, as `wanted` says."""

    def seen(
        self,
        node: cst.Call,
        name: str,
        known: Known,
        arguments: Given,
        state: State,
        on: frozenset[int],
        caught: bool = False,
    ) -> None:
        """Show a call that rules listen to."""
        if known.deed in SPOKEN:
            starts = known.deed in _STARTING
            names = ((k, v) for k, v in state.env.items() if isinstance(v, Thing) and "<" not in k and "[" not in k)
            self.observe(
                Observation(
                    node,
                    name,
                    known,
                    arguments,
                    on,
                    caught,
                    state.forked,
                    state.streams,
                    state.inheritable,
                    self._environment(arguments, known, state) if starts else (),
                    tuple(names) if starts else (),
                )
            )

    def _environment(self, arguments: Given, known: Known, state: State) -> tuple[tuple[str, Value], ...]:
        """What a child finds in its environment, as far as it is known, by name."""
        given = arguments.bind(known).get("env")
        prefixes = ["os.environ"] if given is None or given.value == Constant(None) else []
        found: dict[str, Value] = {}
        if given is not None:
            if isinstance(given.value, Table):
                found |= {str(key): value for key, value in given.value.entries}
            text = dotted(given.node.value) if given.node else None
            prefixes += [text] if text else []
        for prefix in prefixes:
            begin = f"{prefix}.['"
            found |= {key[len(begin) : -2]: value for key, value in state.env.items() if key.startswith(begin)}
        return tuple(found.items())

    def method(
        self, node: cst.Call, method: Thing, name: str, arguments: Given, state: State, on: frozenset[int]
    ) -> Value:
        """What `node` returns, a call of `method` by `name`."""
        base = Thing(method.root, method.path[:-1])
        if isinstance(node.func, cst.Attribute):
            owner = self.evaluate(node.func.value, state)
            base = owner if isinstance(owner, Thing) else base
        if name == "set_inheritable" and len(arguments.positional) + len(arguments.named) == 1:
            wanted = (arguments.positional or (dict(arguments.named).get("inheritable"),))[0]
            self.seen(node, "socket.set_inheritable", _MARK_METHOD, arguments, state, on)
            if wanted:
                self.mark(node, base, wanted.value, state)
            return Constant(None)
        if name in ("fileno", "detach") and not arguments.positional:
            return base.step(".fileno", _NUMBERS.get(base.kind) if base.kind else None)
        if name == "dlopen":  # of a `cffi.FFI()`
            return BUILTIN_CALLS["ctypes.CDLL"](self, node, arguments, state)
        if name in CLOSING_METHODS:
            self.undo(base, node, state)
            if (dotted(node.func) or "").startswith("sys.std"):
                state.streams = state.streams.closing(numbers_of(base), node)
            return Constant(None)
        known = self._known_method(node, base, name)
        if known is not None:
            return self.deed(node, known[0], known[1], arguments, state, on)
        if base.kind in _MESSENGERS and name in MESSAGE_METHODS:
            self.may_raise(state)
            return Thing(node, (), Kind.MESSAGE if base.kind is Kind.SOCKET else Kind.MENTIONED)
        if name in ("recv", "recv_bytes"):
            self.may_raise(state)
            return Thing(node, (), Kind.MESSAGE)
        if name in ("encode", "decode", "strip", "rstrip") and base.kind in (Kind.MESSAGE, Kind.ENVIRONMENT):
            return base
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
            "setdefault",
        ) and isinstance(node.func, cst.Attribute):
            self._grow(node.func.value, name, arguments, state)
        self.unknown(name, arguments, state)
        return Thing(node)

    def _known_method(self, node: cst.Call, base: Thing, name: str) -> tuple[str, Known] | None:
        """The row of a method that is known by its name, or by its name and what it is called on."""
        if name in RECEIVING_METHODS:
            return name, RECEIVING_METHODS[name]
        if name in LOOP_METHODS and "loop" in (dotted(node.func) or "loop").lower():
            return name, LOOP_METHODS[name]
        if name in WORKING_METHODS and base.kind is Kind.WORKERS:
            return name, WORKING_METHODS[name]
        if name in SENDING_METHODS and (base.kind in _MESSENGERS or name.startswith("send")):
            return f"{base.kind.value if base.kind else 'peer'}.{name}", SENDING_METHODS[name]
        return None

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
        elif isinstance(known, Table) and name == "setdefault" and (known.whole or self.starts_children()):
            key, default = (*(argument.value for argument in arguments.positional), Constant(None))[:2]
            before = known.get(key.value) if isinstance(key, Constant) else None
            if isinstance(key, Constant) and before is None:
                left = [default] if known.whole else [default, Thing((container, "given"))]
                state.env[text] = known.having([(key.value, choice(left))])
        elif isinstance(known, (Items, Table)) and name != "setdefault":
            state.env[text] = Thing((container, known))

    def unknown(self, name: str, arguments: Given, state: State) -> None:
        """A call of which only the name is known: it may register a cleanup, take a descriptor over, or raise."""
        self._defer(arguments, state)
        last = name.rpartition(".")[2]
        if name.partition(".")[0] not in sys.stdlib_module_names and last not in HARMLESS_METHODS - _KEEPING:
            for thing in arguments.things():
                self.exposes(thing)
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
