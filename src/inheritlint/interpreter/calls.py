"""Which function a call calls, and what that does."""

import re
import sys
from functools import lru_cache

import libcst as cst

from inheritlint.domain.alternatives import alternatives, options_of, references
from inheritlint.domain.literals import per_platform
from inheritlint.domain.origins import Variable
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANYTHING,
    BoundMethod,
    ConstantValue,
    FlagBits,
    LocalCallable,
    ObjectRef,
    PartialCall,
    PerPlatform,
    QualifiedName,
    Value,
)
from inheritlint.flow.blocks import Class, Function
from inheritlint.interpreter import forks, waits
from inheritlint.interpreter.application import apply
from inheritlint.interpreter.attributes import fill_record, resolution_order, starter_of
from inheritlint.interpreter.containers import forget_containers, made
from inheritlint.interpreter.daemons import is_logging
from inheritlint.interpreter.decorators import wrapper_around
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.numbers import is_external_number
from inheritlint.interpreter.records import Argument, Arguments
from inheritlint.interpreter.transfer import effects, handles, marking
from inheritlint.interpreter.transfer.functions import FUNCTIONS
from inheritlint.interpreter.transfer.methods import METHODS, NAMED_METHODS, known_method
from inheritlint.interpreter.transfer.values import call_of_value
from inheritlint.knowledge.calls import (
    CALLS,
    CLOSING_FUNCTIONS,
    CLOSING_METHODS,
    CLOSING_WORDS,
    FD_NUMBER_USERS,
    NON_RAISING_CALLS,
    NON_RAISING_METHODS,
    NOT_KEEPING,
    REGISTERING_WORDS,
    SETTING,
    SPAWNER,
    row_of,
)
from inheritlint.knowledge.daemons import WRITING
from inheritlint.knowledge.ends import HARMLESS_FUNCTIONS, HARMLESS_TO_ENDS, TIMING
from inheritlint.knowledge.handles import USING
from inheritlint.knowledge.platforms import PLATFORM_CALLS

#: What declares an option of the command line.
_OPTIONS = frozenset(["add_argument", "add_option", "option"])
#: Stands for a call that may keep a descriptor: it is not known that it closes it.
_TAKEN = cst.Name("taken")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
#: Methods that keep what they are given, for other code to use.
_KEEPING = frozenset("append add extend insert update setdefault".split())


def call(frame: Frame, func: Value, site: Site, state: State) -> Results:
    """The states after `func` is called at `site`."""
    if isinstance(func, PerPlatform) and func.values and all(not _is_callable(value) for value in func.values):
        return [(state, func)]
    options = options_of(func)
    results: Results = []
    closing = [option for option in options if _closes(option, site)] if len(options) > 1 else []
    if closing:
        options = [option for option in options if option not in closing]
        results += _one_after_the_other(frame, closing, site, state.copy() if options else state)
    for option in options:
        if isinstance(option, PerPlatform):
            for choice in option.on(state.platforms):
                on = frozenset(i for i in state.platforms if option.values[i] == choice)
                results += _call(frame, choice, site, state.on(on))
        else:
            results += _call(frame, option, site, state if len(options) == 1 else state.copy())
    return results


def _closes(func: Value, site: Site) -> bool:
    """Whether `func` is a method that closes its object, or makes it non-inheritable."""
    if not isinstance(func, ObjectRef) or not func.path:
        return False
    wanted = site.value(0, "inheritable") if func.path[-1] == ".set_inheritable" else None
    return func.path[-1].removeprefix(".") in CLOSING_METHODS or (wanted is not None and truth(wanted) is False)


def _one_after_the_other(frame: Frame, methods: list[Value], site: Site, state: State) -> Results:
    """Of several objects that are closed by one call any may be the one: as with `os.close`, all of them are."""
    results: Results = [(state, ANYTHING)]
    for method in methods:
        results = [after for way, _ in results for after in _call(frame, method, site, way)]
    return results


def _is_callable(value: Value) -> bool:
    return isinstance(value, (QualifiedName, LocalCallable, PartialCall, ObjectRef, BoundMethod))


def _call(frame: Frame, func: Value, site: Site, state: State) -> Results:
    match func:
        case QualifiedName(name):
            return _known(frame, name, site, state)
        case PartialCall(function, early, node):
            if node is not site.node:
                frame.file.called_partials.add(node)
            return call(frame, function, _completed(site, early), state)
        case LocalCallable(Class()):
            return _construct(frame, func, site, state)
        case LocalCallable(Function() as target):
            wrapper = wrapper_around(frame, target) if target in frame.file.wrappers else None
            if wrapper is None:
                return apply(frame, func, site, state)
            return apply(frame, LocalCallable(wrapper, func.receiver), site, state, LocalCallable(target))
        case BoundMethod():
            return call_of_value(frame, func, site, state) or _opaque(frame, func.name, site, state)
        case ObjectRef(path=(*_, last)) if last.startswith("."):
            return _method(frame, _receiver(func, site.receiver), last[1:], site, state)
        case ObjectRef(origin=Variable(name=name), path=()) if state.ends.tracked and _may_close(name):
            state.ends = state.ends.all_released()
    return _opaque(frame, "", site, state)


def _receiver(method: ObjectRef, receiver: Value | None) -> ObjectRef:
    """The object whose method is called: of several that it may be, the one that has this method."""
    if isinstance(receiver, ObjectRef):
        return receiver
    base = ObjectRef(method.origin, method.path[:-1], None, method.old)
    found = [each for each in references(receiver) if each == base] if receiver is not None else []
    return found[0] if found else base


def _completed(site: Site, early: tuple[tuple[str | None, Value], ...]) -> Site:
    """A call of `functools.partial(…)`: the arguments of both."""
    given = site.arguments
    first = tuple(Argument(value) for keyword, value in early if keyword is None)
    named = {keyword: Argument(value) for keyword, value in early if keyword is not None} | dict(given.named)
    whole = Arguments(first + given.positional, tuple(named.items()), given.has_unpacking, given.has_named_unpacking)
    return site.with_arguments(whole)


# Names of other modules


def _known(frame: Frame, name: str, site: Site, state: State) -> Results:
    if name in PLATFORM_CALLS:
        return [(state, per_platform(PLATFORM_CALLS[name], name))]
    site = site.called(name, site.receiver)
    if name in FD_NUMBER_USERS and is_external_number(FD_NUMBER_USERS[name], site.arguments):
        effects.observe(frame, name, FD_NUMBER_USERS[name], site, state)
        if name not in NOT_KEEPING:
            marking.adopt(FD_NUMBER_USERS[name], site, state)
    special = FUNCTIONS.get(name)
    if special is not None:
        return special(frame, site, state)
    if name in CLOSING_FUNCTIONS:
        return marking.close(frame, site, state)
    spec = row_of(name) or (SPAWNER if name in frame.file.spawners else None)
    if spec is not None:
        return effects.apply(frame, name, spec, site, state)
    if name in NON_RAISING_CALLS:
        return [(state, made(frame, state, site.node))]
    return _opaque(frame, name, site, state)


def _opaque(frame: Frame, name: str, site: Site, state: State) -> Results:
    """A call of which only the name is known: it may register a cleanup, take a descriptor over, or raise."""
    last = name.rpartition(".")[2]
    arguments = site.arguments
    if state.ends.tracked:
        _lose_ends(name, last, site, state)
    if last in _OPTIONS:
        texts = [argument.value.value for argument in arguments.positional if isinstance(argument.value, ConstantValue)]
        frame.file.options |= {text for text in texts if isinstance(text, str)}
    _register_cleanup(frame, site, state)
    if not _is_of_python(name) and last not in NON_RAISING_METHODS - _KEEPING and name not in USING:
        frame.expose(site)
    words = _words_of(last)
    if not CLOSING_WORDS.isdisjoint(words) or (not REGISTERING_WORDS.isdisjoint(words) and not _is_given_number(site)):
        for thing in arguments.things():
            frame.close(state, thing, _TAKEN)
    forget_containers([argument.value for argument in arguments.given], state)
    for argument in arguments.given:
        for function in alternatives(argument.value):
            frame.file.note_used(function, frame.function, state)
            if isinstance(function, LocalCallable):
                frame.moments.note(frame.block.number, state)
    if last not in NON_RAISING_METHODS:
        frame.throw(state, None)
    return [(state, made(frame, state, site.node))]


def _is_given_number(site: Site) -> bool:
    """Whether an argument is a number, or a constant by its name: events to watch for, and nothing to call."""
    return any(
        isinstance(option, FlagBits) or (isinstance(option, QualifiedName) and option.name.rpartition(".")[2].isupper())
        for argument in site.arguments.given
        for option in alternatives(argument.value)
    )


@lru_cache(maxsize=4096)
def _words_of(name: str) -> frozenset[str]:
    """The words of a name, in small letters."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def _may_close(name: str) -> bool:
    """Whether a function that is not known may close descriptors that it is not given."""
    return any(word.startswith("clos") for word in _words_of(name))


def _lose_ends(name: str, last: str, site: Site, state: State) -> None:
    """Code that is not known got ends of pipes: it may close them, or read them in its own way."""
    if _may_close(last) or last in TIMING:
        state.ends = state.ends.all_released()
    if isinstance(site.receiver, ObjectRef) and last not in HARMLESS_TO_ENDS:
        waits.released_with_others([site.receiver], state)
    if name not in HARMLESS_FUNCTIONS and not is_logging(name, site):
        # What has a method of that name shows what stands behind the message, and does nothing else with it.
        given = site.arguments.positional[: 1 if last in WRITING else None]
        waits.released_with_others([each.value for each in given], state)
        waits.released_with_others([each.value for _, each in site.arguments.named], state)


def _is_of_python(name: str) -> bool:
    """Whether `name` is a function of the standard library, and none that `ctypes` reaches through it."""
    return name.partition(".")[0] in sys.stdlib_module_names and not name.startswith("ctypes.")


def _register_cleanup(frame: Frame, site: Site, state: State) -> None:
    """`addCleanup(os.close, fd)`, `callback(sock.close)`, `finalize(x, cleanup)`: closed later whatever happens."""
    closing = False
    for option in (option for argument in site.arguments.given for option in alternatives(argument.value)):
        match option:
            case QualifiedName(name) if name in CLOSING_FUNCTIONS or name.endswith(SETTING):
                closing = True
            case ObjectRef(path=(*_, last)) as thing if last.lstrip(".") in CLOSING_METHODS:
                frame.defer_close(state, [ObjectRef(thing.origin, thing.path[:-1], None, thing.old)], site.node)
            case ObjectRef() as thing if closing:
                frame.defer_close(state, [thing], site.node)
            case PartialCall(QualifiedName(name), early) if name in CLOSING_FUNCTIONS:
                frame.defer_close(state, [value for _, value in early], site.node)


# Methods and classes


def _method(frame: Frame, base: ObjectRef, name: str, site: Site, state: State) -> Results:
    site = site.called(name, base)
    if state.ends.given:
        forks.used(frame, base, name, state)
    row = NAMED_METHODS.get(name)
    if row is not None and (results := row(frame, base, site, state)) is not None:
        return results
    if name in CLOSING_METHODS:
        return marking.close_object(frame, base, site, state)
    spec = known_method(frame, base, name, site)
    if spec is not None:
        return effects.apply(frame, *spec, site, state)
    if name in _KEEPING:
        waits.released([argument.value for argument in site.arguments.positional], state)
    row = METHODS.get(name)
    if row is not None and (results := row(frame, base, site, state)) is not None:
        return results
    return _opaque(frame, name, site, state)


def _construct(frame: Frame, func: LocalCallable, site: Site, state: State) -> Results:
    """An instance of a class of the file."""
    definition = func.target
    assert isinstance(definition, Class)
    bases = [name for each in resolution_order(frame, definition) for name in frame.file.outside_bases.get(each, ())]
    if any(name.rpartition(".")[2] in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag") for name in bases):
        first = site.value(0, "value")
        return [(state, ANYTHING if first is None else first)]
    starter = starter_of(frame, definition)
    initialised = any("__init__" in each.methods for each in resolution_order(frame, definition))
    if starter is not None and not initialised:
        return effects.apply(frame, starter, CALLS[starter], site, state)
    origin = frame.file.origins.instance(site.node, definition)
    instance = ObjectRef(origin)
    frame.renew(origin, state)
    if not initialised:
        if any(name.endswith("ctypes.Structure") for name in bases):
            handles.fill_structure(frame, definition, instance, site, state)
        if fill_record(frame, definition, instance, site, state):
            return [(state, instance)]
        frame.expose(site)
        _lose_ends("", "", site, state)
        frame.throw(state, None)
        return [(state, instance)]
    results: Results = []
    for way, initialiser in frame.load_attribute(instance, "__init__", state):
        for after, _ in call(frame, initialiser, site.with_arguments(site.arguments), way):
            if starter is not None:
                after.start(site.node)
            results.append((after, instance))
    return results or [(state, instance)]
