"""Functions of the library whose value or effect the analysis knows itself, by qualified name."""

from collections.abc import Callable
from dataclasses import replace

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.joins import one_of
from inheritlint.domain.literals import to_python
from inheritlint.domain.origins import Derived, Numbered
from inheritlint.domain.standard_streams import STREAMS, number_of
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ANYTHING,
    HANDLE_OF,
    NONE,
    ConstantValue,
    FlagBits,
    LocalCallable,
    ObjectRef,
    PartialCall,
    QualifiedName,
    Value,
    bounded,
)
from inheritlint.interpreter import forks, waits
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.contexts import note_manager
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.records import Arguments
from inheritlint.interpreter.transfer import effects, handles, messages, readings, texts, workers
from inheritlint.interpreter.transfer.collections import COLLECTIONS
from inheritlint.interpreter.transfer.daemons import DAEMON_FUNCTIONS
from inheritlint.interpreter.transfer.environment import ENVIRONMENT
from inheritlint.interpreter.transfer.handing import worker_site
from inheritlint.interpreter.transfer.inputs import INPUTS
from inheritlint.interpreter.transfer.libraries import LIBRARIES
from inheritlint.interpreter.transfer.questions import QUESTIONS
from inheritlint.knowledge.calls import CALLS, CLOSING_FUNCTIONS, SETTING
from inheritlint.knowledge.classes import FIELDS
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.libc import INTEGERS
from inheritlint.knowledge.workers import THREADS

Transfer = Callable[[Frame, Site, State], Results]

#: What `int` makes of a text that came from elsewhere.
_READ = {Kind.MESSAGE: Kind.MENTIONED, Kind.OBJECT: Kind.MENTIONED, Kind.ENVIRONMENT: Kind.ADOPTED}


# A known callable that is passed on with its arguments is a call


def _partial(frame: Frame, site: Site, state: State) -> Results:
    """`functools.partial(f, …)`: a call that is yet to come."""
    function = site.value(0)
    if function is None or site.arguments.has_unpacking:
        return [(state, made(frame, state, site.node))]
    early = tuple((None, argument.value) for argument in site.arguments.positional[1:])
    named = tuple((key, argument.value) for key, argument in site.arguments.named)
    made_here = PartialCall(function, early + named, site.node)
    trial = site.with_arguments(site.arguments.after(1))
    after = [way for way, _ in frame.call(function, replace(trial, is_trial=True), state.copy())]
    closed = (thing for way in after[:1] for thing in way.closed if thing not in state.closed)
    frame.file.closed_by_partials[site.node] = {thing for thing in closed if all(thing in way.closed for way in after)}
    return [(state, bounded(made_here))]


def _call_first(frame: Frame, site: Site, state: State) -> Results:
    """`asyncio.to_thread(f, …)`."""
    function = site.value(0, "func")
    if function is None:
        return [(state, ANYTHING)]
    return frame.call(function, replace(site.with_arguments(site.arguments.after(1, "func")), is_apart=True), state)


def _thread(frame: Frame, site: Site, state: State) -> Results:
    """`threading.Thread(target=f, args=…, kwargs=…)`: its target runs meanwhile."""
    handed = THREADS[site.name]
    target = site.value(*handed.function)
    thread = made(frame, state, site.node)
    if target is None or isinstance(target, ObjectRef):
        waits.released_with_others([argument.value for _, argument in site.arguments.named], state)
        return [(state, thread)]
    apart = replace(worker_site(site, handed, state), is_apart=True)
    return [(way, thread) for way, _ in frame.call(target, apart, state)] or [(state, thread)]


def call_later(frame: Frame, site: Site, state: State) -> Results:
    """A cleanup is registered: what it closes is as good as closed."""
    positional = site.arguments.positional
    if not positional:
        return [(state, ANYTHING)]
    function = positional[0].value
    _close_later(frame, site, function, site.arguments.after(1), state)
    return [(state, ANYTHING)]


def _close_later(frame: Frame, site: Site, function: Value, arguments: Arguments, state: State) -> None:
    match function:
        case QualifiedName(name) if name in CLOSING_FUNCTIONS:
            frame.defer_close(state, [each.value for each in arguments.positional[:1]], site.node)
        case QualifiedName(name) if name.endswith(SETTING):
            wanted = arguments.value(1, "inheritable")
            if wanted == ConstantValue(False):
                frame.defer_close(state, [each.value for each in arguments.positional[:1]], site.node)
        case ObjectRef(path=(*rest, ".close")):
            frame.defer_close(state, [ObjectRef(function.origin, tuple(rest), None, function.old)], site.node)
        case LocalCallable() | PartialCall():
            trial = state.copy()
            trial.closed = {}
            trial.thrown = state.thrown
            after = [way for way, _ in frame.call(function, site.with_arguments(arguments), trial)]
            things = [thing for way in after[:1] for thing in way.closed if all(thing in w.closed for w in after)]
            frame.defer_close(state, things, site.node)


def _finalize(frame: Frame, site: Site, state: State) -> Results:
    """`weakref.finalize(owner, f, …)`."""
    return call_later(frame, site.with_arguments(site.arguments.after(1)), state)


# Another face of the same descriptor


def _face(kind: Kind, parameter: str) -> Transfer:
    def face(frame: Frame, site: Site, state: State) -> Results:
        frame.throw(state, "OSError")
        given = site.value(0, parameter)
        if kind is Kind.FILE:  # which closes it
            waits.made_a_file(given or NONE, state)
        else:
            waits.released([given or NONE], state)
        found = [_as_kind(thing, kind) for thing in references(given)] if given is not None else []
        known = [thing for thing in found if not thing.is_anything]
        if state.streams.closed and isinstance(given, ConstantValue):  # a path
            return [(state, effects.landed(frame, site, kind, state))]
        return [(state, one_of(known) if known else made(frame, state, site.node, kind))]

    return face


def _as_kind(thing: ObjectRef, kind: Kind) -> ObjectRef:
    return thing if thing.is_anything else thing.base.step(HANDLE_OF if kind is Kind.HANDLE else ".fileno", kind)


def _closing(frame: Frame, site: Site, state: State) -> Results:
    """`contextlib.closing(x)`: what it gives is `x`, and leaving it closes that."""
    given = site.value(0, "thing")
    return [(state, given if given is not None else made(frame, state, site.node))]


def _int(frame: Frame, site: Site, state: State) -> Results:
    given = site.value(0, "x")
    frame.throw(state, "ValueError", probable=False)
    found: list[Value] = []
    for option in alternatives(given, state.platforms) if given is not None else ():
        match option:
            case ObjectRef(kind=kind) if kind in _READ:
                found.append(option.of_kind(_READ[kind]))
            case ObjectRef():
                found.append(option)
            case FlagBits() | ConstantValue():
                found.append(_number_of(option))
            case _:
                found.append(ANYTHING)
    return [(state, one_of(found) if found else ANYTHING)]


def _number_of(value: Value) -> Value:
    if isinstance(value, FlagBits):
        return value
    try:
        return FlagBits(int(to_python(value)))
    except (ValueError, TypeError, OverflowError):
        return ANYTHING


# Creations that take a descriptor, or make one


def _socket(frame: Frame, site: Site, state: State) -> Results:
    adopted = dict(site.arguments.named).get("fileno")
    frame.throw(state, "OSError")
    waits.released([adopted.value] if adopted is not None else [], state)
    owner = _numbered(adopted.value) if adopted is not None else None
    if isinstance(owner, ObjectRef) and not owner.is_anything:
        return [(state, owner.base.step(".fileno", Kind.SOCKET))]
    if state.streams.closed:
        return [(state, effects.landed(frame, site, Kind.SOCKET, state))]
    return [(state, made(frame, state, site.node, Kind.SOCKET))]


def _numbered(value: Value) -> Value:
    """What has the number `value`, where that is known and no standard stream's; else `value`."""
    number = value.number if isinstance(value, FlagBits) else None
    return value if number is None or number <= 2 else ObjectRef(Numbered(number), (), Kind.DESCRIPTOR)


def _open(frame: Frame, site: Site, state: State) -> Results:
    target = site.value(0, "file")
    frame.throw(state, "OSError")
    waits.made_a_file(target or NONE, state)
    kind = Kind.FILE if target is None or number_of(target) != 0 else Kind.INPUT
    target = _numbered(target) if target is not None else None
    if isinstance(target, ObjectRef) and (_is_marked(target, state) or target.kind is Kind.DESCRIPTOR):
        return [(state, target.base.step(".fileno", kind))]
    if state.streams.closed and not isinstance(target, FlagBits):  # the file of a number is no new one
        return [(state, effects.landed(frame, site, Kind.FILE, state))]
    return [(state, made(frame, state, site.node, kind))]


def _is_marked(thing: ObjectRef, state: State) -> bool:
    return any(owner == thing.base for owner, _ in state.marks)


def _login(frame: Frame, site: Site, state: State) -> Results:
    """`os.login_tty(fd)`: 0, 1 and 2 are that terminal from now on, and `fd` is closed (login_tty(3))."""
    frame.doubt(state, "OSError")
    frame.close(state, site.value(0, "fd") or NONE, site.node)
    for number in STREAMS:
        state.streams = state.streams.replaced(number)
    return [(state, NONE)]


def _listener(frame: Frame, site: Site, state: State) -> Results:
    """`socket.create_server(address)`: it listens already (Lib/socket.py)."""
    results = effects.apply(frame, site.name, CALLS[site.name], site, state)
    for way, made_here in results:
        if isinstance(made_here, ObjectRef):
            forks.listens(frame, made_here, way)
    return results


def _sleep(frame: Frame, site: Site, state: State) -> Results:
    """`time.sleep(seconds)`, `signal.pause()`."""
    forks.sleeping(frame, state)
    frame.throw(state, None)
    return [(state, NONE)]


def _shell_command(frame: Frame, site: Site, state: State) -> Results:
    """`sh.Command(path)`: a program, as `sh.name` is one."""
    frame.throw(state, None)
    return [(state, QualifiedName("sh.command"))]


def _fork(frame: Frame, site: Site, state: State) -> Results:
    frame.throw(state, "OSError")
    return effects.forked(frame, site, state)


# asyncio


def _loop(frame: Frame, site: Site, state: State) -> Results:
    return [(state, made(frame, state, site.node, Kind.LOOP))]


# Others


def _import(frame: Frame, site: Site, state: State) -> Results:
    name = site.value(0, "name")
    if isinstance(name, ConstantValue) and isinstance(name.value, str):
        return [(state, QualifiedName(name.value))]
    return [(state, made(frame, state, site.node))]


def _cast(frame: Frame, site: Site, state: State) -> Results:
    return [(state, site.value(1, "val") or ANYTHING)]


def _super(frame: Frame, site: Site, state: State) -> Results:
    """`super()`: the first base, whose methods run for the same object."""
    owner = frame.owner
    if owner is None:
        return [(state, ANYTHING)]
    this = frame.function.parameters[0] if frame.function.parameters else ""
    receiver = state.variables.get(this, ANYTHING)
    return [(state, ObjectRef(Derived("super", (owner, receiver))))]


def _ioctl(frame: Frame, site: Site, state: State) -> Results:
    command = site.value(1, "request")
    if isinstance(command, QualifiedName) and command.name in ("termios.FIOCLEX", "fcntl.FIOCLEX"):
        frame.close(state, site.value(0, "fd") or ANYTHING, site.node, reset=True)
    else:
        frame.throw(state, "OSError")
    return [(state, made(frame, state, site.node))]


def _skip_test(frame: Frame, site: Site, state: State) -> Results:
    frame.throw(state, "AssertionError")
    frame.ends = True
    return []


def _manager(frame: Frame, site: Site, state: State) -> Results:
    thing = made(frame, state, site.node)
    note_manager(frame, thing, site.name, site.arguments)
    return [(state, thing)]


def _decorated_with_itself(frame: Frame, site: Site, state: State) -> Results:
    """A decorator that gives back a function that does the same."""
    return [(state, site.value(0) or ANYTHING)]


def _decorator(frame: Frame, site: Site, state: State) -> Results:
    """A call that makes such a decorator, or is one."""
    function = site.value(0)
    if isinstance(function, LocalCallable):
        return [(state, function)]
    return [(state, QualifiedName("functools.wraps"))]


def _redirect(frame: Frame, site: Site, state: State) -> Results:
    """`contextlib.redirect_stdout(file)`: `sys.stdout` is another file for a while."""
    frame.throw(state, None)
    frame.file.replaced_streams.add(f"sys.{site.name.rpartition('_')[2]}")
    waits.released_with_others([argument.value for argument in site.arguments.positional], state)
    return [(state, made(frame, state, site.node))]


def _field(frame: Frame, site: Site, state: State) -> Results:
    """`dataclasses.field(init=False, default=…)`: what it says stands in every instance."""
    named = dict(site.arguments.named)
    untouched = not {"converter", "validator", "on_setattr"} & named.keys() and not site.arguments.has_unpacking
    if "default" in named and "init" in named and named["init"].value == ConstantValue(False) and untouched:
        return [(state, named["default"].value)]
    return [(state, made(frame, state, site.node))]


FUNCTIONS: dict[str, Transfer] = {
    **dict.fromkeys(FIELDS, _field),
    "subprocess.STARTUPINFO": handles.startup,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "asyncio.to_thread": _call_first,
    **dict.fromkeys(THREADS, _thread),
    "atexit.register": call_later,
    "weakref.finalize": _finalize,
    "os.fdopen": _face(Kind.FILE, "fd"),
    "io.FileIO": _face(Kind.FILE, "file"),
    "msvcrt.get_osfhandle": _face(Kind.HANDLE, "fd"),
    "msvcrt.open_osfhandle": _face(Kind.DESCRIPTOR, "handle"),
    "contextlib.closing": _closing,
    "contextlib.aclosing": _closing,
    **dict.fromkeys(["builtins.int", *INTEGERS], _int),
    "socket.socket": _socket,
    "builtins.open": _open,
    "io.open": _open,
    "os.login_tty": _login,
    "socket.create_server": _listener,
    "time.sleep": _sleep,
    "signal.pause": _sleep,
    "sh.Command": _shell_command,
    "os.fork": _fork,
    "posix.fork": _fork,
    **LIBRARIES,
    "asyncio.get_event_loop": _loop,
    "asyncio.get_running_loop": _loop,
    "asyncio.new_event_loop": _loop,
    "builtins.__import__": _import,
    "importlib.import_module": _import,
    "typing.cast": _cast,
    "builtins.super": _super,
    "fcntl.ioctl": _ioctl,
    "pytest.skip": _skip_test,
    "pytest.exit": _skip_test,
    "pytest.fail": _skip_test,
    "pytest.xfail": _skip_test,
    "pytest.raises": _manager,
    "contextlib.suppress": _manager,
    "contextlib.redirect_stdout": _redirect,
    "contextlib.redirect_stderr": _redirect,
    "functools.lru_cache": _decorator,
    "functools.cache": _decorated_with_itself,
    "functools.wraps": _decorated_with_itself,
    "builtins.staticmethod": _decorated_with_itself,
    "builtins.classmethod": _decorated_with_itself,
    **ENVIRONMENT,
    **texts.FUNCTIONS,
    **messages.FUNCTIONS,
    **readings.FUNCTIONS,
    **workers.FUNCTIONS,
    **QUESTIONS,
    **COLLECTIONS,
    **INPUTS,
    **DAEMON_FUNCTIONS,
}
