"""What a text says of the numbers in it: which are meant as descriptors."""

import re
from collections.abc import Callable, Iterator

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.texts import FIELD, text_of, words_of
from inheritlint.domain.values import ConstantValue, ObjectRef, PartialSequence, SequenceValue, TextValue, Value
from inheritlint.interpreter.numbers import names_a_descriptor
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.starters import command_row

#: What stands right before a number that is meant as a descriptor: `/dev/fd/N`, `--fd=N`, `fd:N`, `<&N`, `"fd": N`.
_BEFORE = re.compile(
    r"(?:/(?:dev|proc/self)/fd/|(?:^|[\s,;:{])[\"']?-?-?[\w-]*fds?[\"']?(?:[=: ]|: )\[?|\bfd:|\bpipe:|[<>]&)$",
    re.IGNORECASE,
)
#: An option that the number is glued to: `-d5`, `--status-fd5`.
_GLUED = re.compile(r"^(?:-[A-Za-z]|--?[\w-]*fds?)$", re.IGNORECASE)
#: What stands between the numbers of a list, and around them.
_BETWEEN = re.compile(r"[\s,;:\[\]()]*")
#: A message that begins so is the number of a descriptor: `FD=5`; one in which it stands somewhere may be for people.
_LABEL = re.compile(r"[\w-]*fds?[=: ]+", re.IGNORECASE)
#: Functions that take each argument of the child by itself.
_LISTING = re.compile(r"(?:exec|spawn)lp?e?$|subprocess_exec$")

#: What numbers are on POSIX.
DESCRIPTORS = (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER, Kind.CONNECTION_NUMBER)

Meant = Callable[[TextValue, ObjectRef], bool]


def is_told(program: Program, child: object, thing: ObjectRef) -> bool:
    """Whether the child that is started at `child` is passed the number of `thing`."""
    seen = program.seen_at(child)  # type: ignore[arg-type]
    return any(same_or_inside(thing, each.base) for one in seen for each in told(one))


def told(record: CallRecord) -> Iterator[ObjectRef]:
    """Every thing whose number stands in the arguments or the environment, where it is meant as a descriptor."""
    yield from written_for(record, looks_like_a_descriptor)
    for key, value in record.environment:
        if not names_a_descriptor(ConstantValue(key)):
            continue
        for option in alternatives(value):
            if isinstance(option, TextValue) and _is_list(option):
                yield from option.things


def written_for(record: CallRecord, meant: Meant) -> Iterator[ObjectRef]:
    """Every thing whose number stands in the arguments of the child, where `meant` says of the text that it is one."""
    first = 1 if record.spec.parameters[:1] == ("mode",) else 0
    given = [argument.value for argument in record.arguments.positional[first:]]
    if command_row(record.name) is not None:
        listed = [each for each in given if isinstance(each, (SequenceValue, PartialSequence))]
        given = [SequenceValue(tuple(map(text_of, given))), *listed]
    elif _LISTING.search(record.name):
        given = [SequenceValue(tuple(given))]
    given += [each.value for name, each in record.arguments.named if name in ("args", "argv", "cmd", "command")]
    for value in given:
        yield from _written_in(value, meant)


def _written_in(value: Value, meant: Meant) -> Iterator[ObjectRef]:
    match value:
        case SequenceValue(items) | PartialSequence(items):
            for item in items:
                for option in alternatives(item):
                    if isinstance(option, TextValue):
                        yield from (thing for thing in option.things if meant(option, thing))
        case TextValue():
            yield from (thing for thing in value.things if value.before(thing) and meant(value, thing))
            yield from _written_in(SequenceValue(tuple(words_of(value, None)[1:])), meant)


def looks_like_a_descriptor(text: TextValue, thing: ObjectRef) -> bool:
    """Whether a word of a command, or a text that is one, means the number of `thing` as a descriptor."""
    if thing.kind not in DESCRIPTORS:
        return False
    if _is_list(text):
        return True
    before, after = _label(text, thing), text.after(thing)
    if before is None or after is None:
        return False
    if _GLUED.search(before):
        return after == "" and len(text.pieces) == 2
    return bool(_BEFORE.search(before)) and not after[:1].isalnum()


def is_sent(text: TextValue, thing: ObjectRef) -> bool:
    """Whether a message means the number of `thing` as a descriptor: it holds nothing else, or says so, or holds it in
    binary, which no sentence does."""
    if thing.kind not in DESCRIPTORS:
        return False
    before, after = text.before(thing), text.after(thing)
    if before is not None and after is not None and before.endswith(FIELD) and after.startswith(FIELD):
        return True
    if _is_list(text):
        return True
    first = text.pieces[0]
    if isinstance(first, str) and first[0] in "{[":
        return looks_like_a_descriptor(text, thing)
    rest = [each for each in text.pieces[1:] if not isinstance(each, ObjectRef)]
    return isinstance(first, str) and bool(_LABEL.fullmatch(first)) and all(map(_separates, rest))


def _separates(piece: str | None) -> bool:
    return piece is not None and _BETWEEN.fullmatch(piece) is not None


def _is_list(text: TextValue) -> bool:
    """Whether a text holds numbers and nothing else."""
    return all(isinstance(each, ObjectRef) or (isinstance(each, str) and _separates(each)) for each in text.pieces)


def _label(text: TextValue, thing: ObjectRef) -> str | None:
    """The known text before a number, or before the list that it stands in."""
    place = text.pieces.index(thing)
    while place > 1 and isinstance(text.pieces[place - 2], ObjectRef):
        between = text.pieces[place - 1]
        if not isinstance(between, str) or not _separates(between):
            break
        place -= 2
    if place == 0:
        return ""
    before = text.pieces[place - 1]
    return before if isinstance(before, str) else None
