"""What the methods of descriptors, sockets, files and containers do, by their names."""

from collections.abc import Callable
from dataclasses import replace

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ANYTHING,
    NONE,
    LocalCallable,
    ObjectRef,
    PartialCall,
)
from inheritlint.interpreter import forks, waits
from inheritlint.interpreter.asking import ask
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.contexts import note_manager
from inheritlint.interpreter.daemons import daemonise
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.transfer import effects, marking, messages, texts, workers
from inheritlint.interpreter.transfer.containers import CONTAINER_METHODS
from inheritlint.interpreter.transfer.daemons import add_handler, remove_handler
from inheritlint.interpreter.transfer.functions import FUNCTIONS, call_later
from inheritlint.interpreter.transfer.handing import worker_site
from inheritlint.interpreter.transfer.inputs import INPUT_METHODS, reads_input, serving
from inheritlint.interpreter.transfer.messages import receive
from inheritlint.knowledge.calls import LOOP_METHODS, RECEIVING_METHODS
from inheritlint.knowledge.effects import NUMBERS, CallSpec, Effect, Kind
from inheritlint.knowledge.starters import REACTOR_METHODS
from inheritlint.knowledge.workers import (
    LOOP_CHANNELS,
    MANAGED,
    POOLED,
    POOLED_ANYWHERE,
    POOLED_METHODS,
    SENDING_METHODS,
    WORKING_METHODS,
)

_MARK_METHOD = CallSpec(Effect.SET_INHERITABLE, ("inheritable",), "Lib/socket.py, socket.set_inheritable")
_OF_LOOPS = {**LOOP_METHODS, **LOOP_CHANNELS}
#: What the number of something open is.
_MESSENGERS = (Kind.SOCKET, Kind.CONNECTION, Kind.QUEUE)
#: What a method does to the object that it is called on; None where that is not known after all.
Method = Callable[[Frame, ObjectRef, Site, State], Results | None]


def known_method(frame: Frame, base: ObjectRef, name: str, site: Site) -> tuple[str, CallSpec] | None:
    """The row of a method that is known by its name, or by its name and what it is called on."""
    if name in RECEIVING_METHODS:
        return name, RECEIVING_METHODS[name]
    if (served := serving(base, name, site)) is not None:
        return served
    if name in _OF_LOOPS and (base.kind is Kind.LOOP or _is_called(base, "loop")):
        return name, _OF_LOOPS[name]
    if name in REACTOR_METHODS and _is_called(base, "reactor"):
        return name, REACTOR_METHODS[name]
    if name in MANAGED and base.kind is Kind.MANAGER:
        return f"manager.{name}", MANAGED[name]
    if name in WORKING_METHODS and base.kind is Kind.WORKERS:
        return name, WORKING_METHODS[name]
    if name in SENDING_METHODS and (base.kind in _MESSENGERS or name.startswith("send")):
        return f"{base.kind.value if base.kind else 'peer'}.{name}", SENDING_METHODS[name]
    return None


def _is_called(base: ObjectRef, word: str) -> bool:
    """Whether `base`, of which no more is known, is what its variable or attribute is called after."""
    return any(word in name.lower() for name in (getattr(base.origin, "name", ""), *base.path))


def _set_inheritable(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if len(site.arguments.positional) + len(site.arguments.named) != 1:
        return None
    wanted = site.value(0, "inheritable")
    effects.observe(frame, "socket.set_inheritable", _MARK_METHOD, site, state)
    if wanted is not None:
        marking.mark(frame, site, base, wanted, state)
    return [(state, NONE)]


def _number(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if site.arguments.positional:
        return None
    ask(frame, base, state)
    if site.name == "detach":
        waits.released([base], state)
    number = base.step(".fileno", NUMBERS.get(base.kind) if base.kind else None)
    if base.kind is Kind.SOCKET:
        frame.file.socket_numbers[site.node].add(number)
    return [(state, number)]


def _load_library(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`dlopen` of a `cffi.FFI()`."""
    return FUNCTIONS["ctypes.CDLL"](frame, site, state)


def _same(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    return [(state, base)]


def _accept(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    forks.accepting(frame, base, state)
    frame.throw(state, "OSError")
    pair = made(frame, state, site.node, Kind.SOCKETS)
    forks.accepted(frame, pair, state)
    if state.streams.closed and base.kind in (Kind.SOCKET, None):
        state.put((pair, "[0]"), effects.landed(frame, site, Kind.SOCKET, state))
    return [(state, pair)]


def _listen(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if not state.ends.tracked:
        return None
    frame.throw(state, "OSError")
    forks.listens(frame, base, state)
    return [(state, NONE)]


def _open_path(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if base.kind is Kind.DAEMON:
        daemonise(frame, base, state)
        return [(state, NONE)]
    return FUNCTIONS["builtins.open"](frame, site, state) if base.kind is Kind.PATH else None


def _skip(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    frame.throw(state, "AssertionError")
    frame.ends = True
    return []


def _expect(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if len(site.arguments.positional) > 1:
        return None
    thing = made(frame, state, site.node)
    note_manager(frame, thing, site.name, site.arguments)
    return [(state, thing)]


def _enter_context(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if not site.arguments.positional:
        return None
    given = site.arguments.positional[0].value
    if any(isinstance(option, (LocalCallable, PartialCall)) for option in alternatives(given)):
        return call_later(frame, site, state)
    frame.defer_close(state, site.arguments.things(), site.node)
    return [(state, given)]


def _register(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    given = site.arguments.positional[0].value if site.arguments.positional else ANYTHING
    if any(isinstance(option, (LocalCallable, PartialCall)) for option in alternatives(given)):
        return call_later(frame, site, state)
    return None


def _submit(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    return _called(frame, site, state, 0)


def _run_in_executor(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`loop.run_in_executor(executor, function, *arguments)`."""
    executor = site.value(0)
    if executor is not None and any(each.kind is Kind.WORKERS for each in references(executor)):
        work = site.with_arguments(site.arguments.after(1))
        return effects.apply(frame, "workers.submit", WORKING_METHODS["submit"], work, state)
    return _called(frame, site, state, 1)


def _apply(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`pool.apply_async(function, arguments, named)`: in a thread, or in another process."""
    function = site.value(*POOLED.function)
    call = replace(worker_site(site, POOLED, state), is_apart=True)
    if base.kind is Kind.WORKERS:
        results = effects.apply(frame, site.name, WORKING_METHODS[site.name], site, state)
        workers.start_there(frame, function, call, state)
        return results
    if function is None or isinstance(function, ObjectRef) or site.name not in POOLED_ANYWHERE:
        return None
    result = made(frame, state, site.node)
    return [(way, result) for way, _ in frame.call(function, call, state)]


def _called(frame: Frame, site: Site, state: State, position: int) -> Results | None:
    """A known callable is passed on with its arguments: a call."""
    if len(site.arguments.positional) <= position:
        return None
    function = site.arguments.positional[position].value
    if isinstance(function, ObjectRef) and not reads_input(function):
        return None
    return frame.call(function, replace(site.with_arguments(site.arguments.after(position + 1)), is_apart=True), state)


def _either(one: Method, other: Method | None) -> Method:
    """The method of two things that have it by the same name; each knows its own."""

    def method(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
        results = one(frame, base, site, state)
        return other(frame, base, site, state) if results is None and other is not None else results

    return method


#: Methods that come before all others of their name.
NAMED_METHODS: dict[str, Method] = {
    **messages.METHODS,
    **workers.METHODS,
    **texts.METHODS,
    "set_inheritable": _set_inheritable,
    "fileno": _number,
    "detach": _number,
    "dlopen": _load_library,
    "run_in_executor": _run_in_executor,
    **dict.fromkeys(POOLED_METHODS, _apply),
    **{name: _either(method, messages.METHODS.get(name)) for name, method in INPUT_METHODS.items()},
}
#: Methods that are looked up after those that close, send or start.
METHODS: dict[str, Method] = {
    "__enter__": _same,
    "__aenter__": _same,
    "accept": _accept,
    "listen": _listen,
    "open": _open_path,
    "addHandler": add_handler,
    "removeHandler": remove_handler,
    "skipTest": _skip,
    "fail": _skip,
    "assertRaises": _expect,
    "assertRaisesRegex": _expect,
    "enter_context": _enter_context,
    "enter_async_context": _enter_context,
    "enterContext": _enter_context,
    "push": _enter_context,
    "callback": _register,
    "addCleanup": _register,
    "addClassCleanup": _register,
    "addfinalizer": _register,
    "submit": _submit,
    "call_soon": _submit,
    "call_soon_threadsafe": _submit,
    **messages.LATER_METHODS,
    **CONTAINER_METHODS,
    "get": lambda frame, base, site, state: (
        receive(frame, base, site, state) or CONTAINER_METHODS["get"](frame, base, site, state)
    ),
}
