"""What the attributes of objects, classes and modules are."""

from collections.abc import Iterator

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.joins import joined_contents, one_of, pieced, softened
from inheritlint.domain.origins import Derived, Instance, Receiver
from inheritlint.domain.platform_names import well_known
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANYTHING,
    BoundMethod,
    ConstantValue,
    DictValue,
    FlagBits,
    LocalCallable,
    ObjectRef,
    OneOf,
    PartialCall,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    TextValue,
    Value,
    item_step,
)
from inheritlint.flow.blocks import Class, Function
from inheritlint.interpreter.annotations import declared
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.names import qualified
from inheritlint.interpreter.records import Arguments
from inheritlint.knowledge.calls import CALLS, row_of
from inheritlint.knowledge.classes import MODELS, TUPLES
from inheritlint.knowledge.effects import NUMBERS, Effect, Kind
from inheritlint.knowledge.starters import is_bound_by_items
from inheritlint.knowledge.workers import ATTRIBUTES

_MEMBER = "member of an enumeration"
_PROPERTIES = frozenset(["property", "cached_property"])
#: Attributes that are the number of a handle: of a HANDLE of `ctypes`, of a PyHANDLE of pywin32.
_HANDLE_NUMBERS = ("value", "handle")


def load_attribute(frame: Frame, base: Value, name: str, state: State) -> Results:
    """`base.name` in `state`; a property of the file's own classes runs."""
    if isinstance(base, (OneOf, PerPlatform)) and not (isinstance(base, PerPlatform) and base.reads):
        found: Results = []
        for option in alternatives(base, state.platforms):
            found += load_attribute(frame, option, name, state.copy())
        values = one_of(value for _, value in found)
        return [(state, values)] if found else []
    match base:
        case QualifiedName(module):
            return [(state, qualified(f"{module}.{name}"))]
        case ObjectRef():
            return _of_object(frame, base, name, state)
        case LocalCallable(Class() as definition):
            return _of_class(frame, definition, base, name, state)
        case FlagBits() | ConstantValue() | SequenceValue() if name == "value":  # a member of an enumeration
            return [(state, base)]
        case PartialCall() if name == "func":
            return [(state, base.function)]
        case PartialCall(QualifiedName(command)) if is_bound_by_items(command):
            return [(state, PartialCall(qualified(f"{command}.{name}"), base.arguments, base.node))]
        case PerPlatform(reads="platform.uname") if name == "system":
            return [(state, PerPlatform(base.values, "platform.system"))]
        case PerPlatform() | ConstantValue() | TextValue() | SequenceValue() | PartialSequence() | DictValue():
            return [(state, BoundMethod(base, name))]
        case FlagBits():
            return [(state, ANYTHING)]
    return [(state, well_known(name) or ANYTHING)]


def _of_object(frame: Frame, base: ObjectRef, name: str, state: State) -> Results:
    held = state.heap.get((base, f".{name}"))
    if held is not None:
        return [(state, held)]
    if isinstance(base.origin, Derived) and base.origin.operation == _MEMBER and name == "value" and not base.path:
        return [(state, _member_value(frame, base.origin))]
    if isinstance(base.origin, Derived) and base.origin.operation == "super" and not base.path:
        return _of_super(frame, base.origin, name, state)
    definition = class_of(base)
    if definition is not None:
        return _of_class(frame, definition, base, name, state)
    if base.kind is Kind.HANDLE and name in _HANDLE_NUMBERS:
        return [(state, base)]
    kind = NUMBERS.get(base.kind) if base.kind and name == "fileno" else None
    kind = base.kind if base.kind in (Kind.INPUT, Kind.CHANNEL) and name in ("buffer", "raw") else kind
    kind = ATTRIBUTES[base.kind].get(name, kind) if base.kind in ATTRIBUTES else kind
    return [(state, well_known(name) or base.step(f".{name}", kind))]


def _member_value(frame: Frame, origin: Derived) -> Value:
    """What a member of an enumeration stands for."""
    definition, name = origin.parts
    assert isinstance(definition, Class) and isinstance(name, str)
    return softened(frame.file.members[definition][name])


def _is_plain_enumeration(frame: Frame, definition: Class) -> bool:
    """Whether the members of a class are objects of their own, which are true whatever their values are."""
    return frame.file.outside_bases.get(definition) == ["enum.Enum"] and not frame.file.bases.get(definition)


def _of_super(frame: Frame, origin: Derived, name: str, state: State) -> Results:
    """`super().name`: a method of a base in the file, or the one that a class outside of it has."""
    owner, receiver = origin.parts
    assert isinstance(owner, Class) and isinstance(receiver, Value)
    for base in list(resolution_order(frame, owner))[1:]:
        if (method := base.methods.get(name)) is not None:
            return _method(frame, method, receiver, name, state)
    starter = starter_of(frame, owner)
    if starter is not None and name == "__init__":
        return [(state, QualifiedName(f"{starter}.<super>.__init__"))]
    return [(state, ObjectRef(Derived("super method", (owner, name))))]


def class_of(base: ObjectRef) -> Class | None:
    """The class of the file whose instance `base` is."""
    match base:
        case ObjectRef(origin=Receiver(definition) | Instance(_, definition), path=()):
            return definition
    return None


def resolution_order(frame: Frame, definition: Class) -> Iterator[Class]:
    """`definition` and its bases in the file, nearest first."""
    seen: set[Class] = set()
    pending = [definition]
    while pending:
        each = pending.pop(0)
        if each not in seen:
            seen.add(each)
            yield each
            pending += frame.file.bases.get(each, [])


def _of_class(frame: Frame, definition: Class, base: Value, name: str, state: State) -> Results:
    values: list[Value] = []
    for each in resolution_order(frame, definition):
        member = frame.file.members.get(each, {}).get(name)
        if member is None and (method := each.methods.get(name)) is not None and each not in frame.file.members:
            member = LocalCallable(method)  # the class body is not done yet
        if member is not None:
            options = [
                each.target if isinstance(each, LocalCallable) else None
                for each in alternatives(member, state.platforms)
            ]
            methods = [each for each in options if isinstance(each, Function)]
            if methods and len(methods) == len(options):
                return _either_method(frame, methods, base, name, state)
            if _is_plain_enumeration(frame, each) and truth(member) is False:  # a member is true all the same
                return [(state, ObjectRef(Derived(_MEMBER, (each, name))))]
        if isinstance(base, ObjectRef) and _is_given(frame, each, name):
            given = base.step(f".{name}", _declared_kind(frame, definition, name))
            values += [] if _is_set_at_once(frame, definition, name) else [given]
            break
        if member is not None:
            values.append(softened(member))
            break
    assigned = frame.file.assigned.get(definition, {}).get(name)
    values += [] if assigned is None else [softened(assigned)]
    if isinstance(base, ObjectRef):
        return [(state, _attribute(frame, definition, base, name, values, state))]
    return [(state, one_of(values) if values else ObjectRef(Receiver(definition)).step(f".{name}"))]


def _is_set_at_once(frame: Frame, definition: Class, name: str) -> bool:
    """Whether what the initialiser took is set again right after it."""
    setters = (each for owner in resolution_order(frame, definition) for each in owner.stores.get(name, ()))
    return any(each.name in ("__post_init__", "__attrs_post_init__") for each in setters)


def _is_given(frame: Frame, definition: Class, name: str) -> bool:
    """Whether the initialiser that a class has without a word takes `name`: the body only says its default."""
    models = MODELS.isdisjoint(frame.file.outside_bases.get(definition, ()))
    if models and not frame.file.annotations.is_record(definition):
        return False
    return "__init__" not in definition.methods and name in frame.file.annotations.given(definition)


def _either_method(frame: Frame, methods: list[Function], base: Value, name: str, state: State) -> Results:
    """One of several definitions of one method: of branches of the body of its class."""
    if len(methods) == 1:
        return _method(frame, methods[0], base, name, state)
    found = [result for each in methods for result in _method(frame, each, base, name, state.copy())]
    return [(state, one_of(value for _, value in found))] if found else []


def _method(frame: Frame, function: Function, base: Value, name: str, state: State) -> Results:
    plain = {each.rpartition(".")[2] for each in function.decorators}
    binds = "staticmethod" not in plain and (isinstance(base, ObjectRef) or "classmethod" in plain)
    bound = LocalCallable(function, base if binds else None)  # by the name of its class a method is a plain function
    if plain & _PROPERTIES and isinstance(base, ObjectRef):
        return frame.call(bound, Site(frame.at, Arguments()), state)
    return [(state, bound)]


def _attribute(frame: Frame, definition: Class, base: ObjectRef, name: str, values: list[Value], state: State) -> Value:
    """What methods of the class leave in an attribute of the instance."""
    reference = base.step(f".{name}")
    stored, contents, open_ended = _stored(frame, definition, name)
    if values and not stored and not open_ended:
        return one_of(values)  # what the body of the class, and no other code, put there
    values = [each for value in (*values, *stored) for each in _apart(value)]
    if _declared_kind(frame, definition, name) is not None and not any(isinstance(each, ObjectRef) for each in values):
        values.append(reference)  # others put there what it is declared for
    said = _declared_kind(frame, definition, name)
    if not values:
        return well_known(name) or reference.of_kind(said)
    if contents is not None and (reference, CONTENTS) not in state.heap:
        state.put((reference, CONTENTS), contents)
    kinds = {value.kind for value in values if isinstance(value, ObjectRef)}
    kind = kinds.pop() if len(kinds) == 1 else None
    kind = said if kind is None and kinds <= {None, said} else kind
    known = [softened(value) for value in values if not isinstance(value, ObjectRef) or class_of(value) is not None]
    if known and all(isinstance(value, SequenceValue) for value in values):
        return _elementwise(reference, known, kind)
    if open_ended or len(known) < len(values) or all(map(_says_nothing, known)):
        return reference.of_kind(kind)  # what others put there hides what is known
    return one_of(known)


def _says_nothing(value: Value) -> bool:
    """Whether `value` stands where there is nothing: what is there at other times comes from somewhere else."""
    match value:
        case ConstantValue(constant):
            return constant is None
        case FlagBits(ones, 0):
            return ones < 0
    return False


def _apart(value: Value) -> list[Value]:
    """What an attribute is given, each by itself where objects are among it: they go by the name of the attribute."""
    options = list(alternatives(value))
    return options if any(isinstance(each, ObjectRef) and class_of(each) is None for each in options) else [value]


def _declared_kind(frame: Frame, definition: Class, name: str) -> Kind | None:
    """What the body of the class, or of a base, says that an attribute is, or what a base of another module has."""
    order = list(resolution_order(frame, definition))
    kinds = [frame.file.annotations.of_field(each, name) for each in order]
    outside = (row_of(base) for each in order for base in frame.file.outside_bases.get(each, ()))
    kinds += [ATTRIBUTES[row.makes].get(name) for row in outside if row is not None and row.makes in ATTRIBUTES]
    return next((kind for kind in kinds if kind is not None), None)


def _elementwise(reference: ObjectRef, known: list[Value], kind: Kind | None) -> Value:
    """A tuple in an attribute: each element is an object of the attribute."""
    sizes = {len(value.items) for value in known if isinstance(value, SequenceValue)}
    if len(sizes) != 1 or not all(isinstance(value, SequenceValue) for value in known):
        return reference.of_kind(kind)
    items = []
    for position in range(sizes.pop()):
        held = [value.items[position] for value in known if isinstance(value, SequenceValue)]
        items.append(_named(reference.step(f"[{position}]"), one_of(held)))
    return SequenceValue(tuple(items))


def _named(reference: ObjectRef, value: Value) -> Value:
    """An element: by its own name where it is an object, else its value."""
    kinds = {each.kind for each in alternatives(value) if isinstance(each, ObjectRef)}
    if not kinds:
        return softened(value)
    return reference.of_kind(kinds.pop() if len(kinds) == 1 else None)


def _stored(frame: Frame, definition: Class, name: str) -> tuple[list[Value], Value | None, bool]:
    """What methods store in an attribute: values, what a container among them holds, whether more may be stored."""
    values: list[Value] = []
    pieces: list[tuple[frozenset[int], Value]] = []
    contents: Value | None = None
    open_ended = False
    for owner in resolution_order(frame, definition):
        for setter in owner.stores.get(name, ()):
            if setter is frame.function:
                open_ended = True
                continue
            summary = frame.summary(setter, {})
            if summary is None:
                open_ended = True
                continue
            this = ObjectRef(Receiver(owner))
            returned = summary.exits.returned.states
            for state in [each for each in returned if each.credible] or returned:
                value = state.heap.get((this, f".{name}"))
                if value is not None:
                    values.append(value)
                    pieces.append((state.platforms, value))
                    contents = _joined_contents(contents, state.contents(value), this.step(f".{name}"))
    if len({on for on, _ in pieces}) > 1 and not any(things_in(value) for value in values):
        values = [pieced(pieces)]  # each platform has its own
    return values, contents, open_ended


def _joined_contents(before: Value | None, found: Value | None, reference: ObjectRef) -> Value | None:
    match found:
        case DictValue(entries):
            renamed: Value = DictValue(
                tuple((key, _named(reference.step(item_step(key)), value)) for key, value in entries), whole=False
            )
        case SequenceValue(items) | PartialSequence(items) if items:
            renamed = PartialSequence(
                tuple(_named(reference.step(f"[{place}]"), value) for place, value in enumerate(items))
            )
        case _:
            return before
    if before is None:
        return renamed
    return joined_contents(before, renamed)


def starter_of(frame: Frame, definition: Class) -> str | None:
    """The known class that starts children from which `definition` inherits."""
    for each in resolution_order(frame, definition):
        for name in frame.file.outside_bases.get(each, ()):
            spec = CALLS.get(name)
            if spec is not None and spec.effect is Effect.SUBPROCESS and name.endswith("Popen"):
                return name
    return None


def _default(frame: Frame, order: list[Class], name: str) -> Value | None:
    """What a field is that is not given; None where a call makes it."""
    held = (frame.file.members.get(each, {}).get(name) for each in order)
    member = next((each for each in held if each is not None), None)
    return None if member is None or isinstance(member, ObjectRef) else softened(member)


def fill_record(frame: Frame, definition: Class, instance: ObjectRef, site: Site, state: State) -> bool:
    """A dataclass, or a named tuple, is made: each field has what is given for it. False for any other class."""
    order = list(resolution_order(frame, definition))
    is_tuple = not TUPLES.isdisjoint(name for each in order for name in frame.file.outside_bases.get(each, ()))
    if not is_tuple and not frame.file.annotations.is_record(definition):
        return False
    names = list(dict.fromkeys(name for each in reversed(order) for name in frame.file.annotations.given(each)))
    for place, name in enumerate(names):
        value = site.value(place, name)
        if site.arguments.has_unpacking and (value is None or place >= len(site.arguments.positional)):
            continue  # it is not known
        value = _default(frame, order, name) if value is None else value
        if value is None:
            continue
        value = declared(value, _declared_kind(frame, definition, name))
        state.put((instance, f".{name}"), value)
        if is_tuple:
            state.put((instance, f"[{place}]"), value)
    frame.throw(state, None)
    return True
