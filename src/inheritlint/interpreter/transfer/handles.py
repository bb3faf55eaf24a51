"""Windows handles: which call makes one, whether children get it, and what its inheritance is set to."""

from collections.abc import Iterator
from dataclasses import replace

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.joins import one_of
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Imported
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANYTHING,
    NONE,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    SequenceValue,
    Value,
)
from inheritlint.flow.blocks import Class
from inheritlint.interpreter.containers import made, snapshot
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.records import Argument
from inheritlint.knowledge.effects import CallSpec, Effect, Kind
from inheritlint.knowledge.handles import CLOSE_SOURCE, INHERIT, MADE

#: The field of SECURITY_ATTRIBUTES that says whether children get the handle.
_FIELD = ".bInheritHandle"
_THIS_PROCESS = ObjectRef(Imported("this process"))
#: The number of the handle that stands for this very process (Win32 API, GetCurrentProcess).
_PSEUDO_HANDLE = FlagBits(-1)


def with_inheritance(site: Site, spec: CallSpec, state: State) -> Site:
    """`site` with one more argument, `inheritable`: what the call says of it by other means, in security attributes or
    by bits; without it where it leaves inheritance alone."""
    bound = site.arguments.bind(spec)
    if "inheritable" in spec.parameters:
        return site
    if spec.effect is Effect.CREATE_HANDLE:
        attributes = bound.get("attributes")
        inheritable = ConstantValue(False) if attributes is None else one_of(_inherits(attributes.value, state))
    else:
        found = _information(bound)
        if found is None:
            return site
        inheritable = found
    named = (*site.arguments.named, ("inheritable", Argument(inheritable)))
    return replace(site, arguments=replace(site.arguments, named=named))


def _information(bound: dict[str, Argument]) -> Value | None:
    """What `SetHandleInformation(handle, mask, flags)` sets inheritance to: the bits of the mask are set to those of
    the flags. None where it is not among them."""
    if "mask" not in bound or "flags" not in bound:
        return None
    concerned = as_bits(bound["mask"].value).holds(INHERIT)
    if concerned.is_false:
        return None
    wanted = as_bits(bound["flags"].value).holds(INHERIT)
    known = concerned.is_true and wanted.known is not None
    return ConstantValue(wanted.is_true) if known else ANYTHING


def _inherits(attributes: Value, state: State) -> Iterator[Value]:
    """What security attributes say of inheritance; None, and a null pointer, say no."""
    for option in alternatives(attributes, state.platforms):
        if option == NONE or (isinstance(option, FlagBits) and option.number == 0):
            yield ConstantValue(False)
        else:
            yield state.heap.get((option, _FIELD), ANYTHING) if isinstance(option, ObjectRef) else ANYTHING


def create(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """A handle, or two, that children get if `inheritable` says so."""
    frame.throw(state, "OSError")
    bound = site.arguments.bind(spec)
    if "target_process" in bound and not _is_this_process(bound.get("source_process"), bound["target_process"]):
        return [(state, made(frame, state, site.node))]  # a handle of another process
    wanted = bound.get("inheritable")
    inheritable = None if wanted is None or site.arguments.has_unpacking else truth(wanted.value)
    result = made(frame, state, site.node, spec.makes)
    if spec.makes is None:
        things = [thing for each in MADE if each in bound for thing in references(bound[each].value, state.platforms)]
    else:
        things = [result.step("[0]"), result.step("[1]")] if spec.makes is Kind.HANDLES else [result]
    for thing in things:
        if not thing.is_anything and inheritable is not False:
            state.make_inheritable(thing, site.node, sure=inheritable is True)
    options = bound.get("options")
    if options is not None and as_bits(options.value).holds(CLOSE_SOURCE).is_true and "source" in bound:
        frame.close(state, bound["source"].value, site.node)
    return [(state, result)]


def _is_this_process(source: Argument | None, target: Argument) -> bool:
    """Whether a duplicate is made for this process: for the one that has the handle, or by its pseudo handle."""
    if target.value in (_THIS_PROCESS, _PSEUDO_HANDLE):
        return True
    known = isinstance(target.value, ObjectRef) and not target.value.is_anything
    return known and source is not None and source.value == target.value


def this_process(frame: Frame, site: Site, state: State) -> Results:
    """`GetCurrentProcess()`."""
    return [(state, _THIS_PROCESS)]


# What a child is given

_ATTRIBUTES = "lpAttributeList"
_LISTED = "handle_list"


def startup(frame: Frame, site: Site, state: State) -> Results:
    """`subprocess.STARTUPINFO(…)`: without attributes, or with empty ones, it has `{"handle_list": []}`
    (Lib/subprocess.py)."""
    info = made(frame, state, site.node)
    given = dict(site.arguments.named).get(_ATTRIBUTES)
    if given is not None and given.value != NONE and state.contents(given.value) != DictValue(()):
        state.put((info, f".{_ATTRIBUTES}"), given.value)
    elif not site.arguments.has_unpacking:
        table, listed = (made(frame, state, site.node, part=part) for part in (_ATTRIBUTES, _LISTED))
        state.put((info, f".{_ATTRIBUTES}"), table)
        state.put((table, CONTENTS), DictValue(((_LISTED, listed),)))
        state.put((listed, CONTENTS), SequenceValue(()))
    return [(state, info)]


def listed_for(site: Site, spec: CallSpec, state: State) -> Value | None:
    """The handles that a child is given on Windows by its `startupinfo`, `NONE` where there is no such list or nothing
    in it; None where that is not known."""
    given = site.arguments.bind(spec).get("startupinfo")
    if given is None or given.value == NONE:
        return None if site.arguments.has_unpacking else NONE
    for info in references(given.value):
        attributes = state.heap.get((info, f".{_ATTRIBUTES}"))
        if attributes == NONE:
            return NONE
        contents = state.contents(attributes) if attributes is not None else None
        if isinstance(contents, DictValue):
            listed = contents.get(_LISTED)
            if listed is None:
                return NONE if contents.whole else None
            return NONE if state.contents(listed) == SequenceValue(()) else snapshot(listed, state)
    return None


# pywin32 and ctypes


def attributes(frame: Frame, site: Site, state: State) -> Results:
    """`SECURITY_ATTRIBUTES()` of pywin32: inheritable unless told otherwise."""
    thing = made(frame, state, site.node)
    state.put((thing, _FIELD), ConstantValue(True))
    return [(state, thing)]


def fill_structure(frame: Frame, definition: Class, instance: ObjectRef, site: Site, state: State) -> None:
    """An instance of a `ctypes.Structure` of the file: its fields are what is given, and zero where nothing is."""
    fields = frame.file.members.get(definition, {}).get("_fields_")
    contents = state.contents(fields) if fields is not None else None
    names = [_first(item, state) for item in contents.items] if isinstance(contents, SequenceValue) else []
    if not names or None in names or site.arguments.has_unpacking:
        return
    given = {name: argument.value for name, argument in zip(names, site.arguments.positional, strict=False)}
    given |= {name: argument.value for name, argument in site.arguments.named}
    for name in names:
        state.put((instance, f".{name}"), given.get(name, FlagBits(0)))


def _first(field: Value, state: State) -> str | None:
    contents = state.contents(field)
    match contents:
        case SequenceValue((ConstantValue(str() as name), *_)):
            return name
    return None
