"""What an annotation says of a value: the classes of what is open, and of what leads to another process."""

from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Kind

_FILES = (
    "typing.IO typing.TextIO typing.BinaryIO io.IOBase io.RawIOBase io.BufferedIOBase io.TextIOBase io.FileIO "
    "io.BufferedReader io.BufferedWriter io.BufferedRandom io.TextIOWrapper"
)
#: Classes that a program rarely calls by itself.
_CLASSES = {
    **dict.fromkeys(_FILES.split(), Kind.FILE),
    "tempfile.NamedTemporaryFile": Kind.FILE,
    "tempfile.TemporaryFile": Kind.FILE,
    "socket.SocketType": Kind.SOCKET,
    "multiprocessing.connection.Connection": Kind.CONNECTION,
    "multiprocessing.connection.PipeConnection": Kind.CONNECTION,
    "multiprocessing.queues.Queue": Kind.QUEUE,
    "multiprocessing.queues.SimpleQueue": Kind.QUEUE,
    "multiprocessing.queues.JoinableQueue": Kind.QUEUE,
    "asyncio.subprocess.Process": Kind.ASYNC_CHILD,
    "subprocess.CompletedProcess": Kind.COMPLETED,
    "ctypes.wintypes.HANDLE": Kind.HANDLE,
}
#: Kinds whose calls are classes.
_OF_CLASSES = (
    *(Kind.SOCKET, Kind.QUEUE, Kind.STREAM, Kind.CHILD, Kind.WORKERS, Kind.MANAGER, Kind.LAYOUT),
    *(Kind.SERVER, Kind.PATH),
)
#: What stands around the class: it may also be None, or be told more of.
AROUND = frozenset(
    f"{module}.{name}"
    for module in ("typing", "typing_extensions")
    for name in ("Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly")
)
UNIONS = frozenset(["typing.Union", "typing_extensions.Union"])
#: Decorators that give a class an initialiser for what it annotates.
RECORDS = frozenset(
    "dataclasses.dataclass attr.s attr.attrs attr.dataclass attr.define attr.frozen attr.mutable attrs.define "
    "attrs.frozen attrs.mutable pydantic.dataclasses.dataclass".split()
)
#: Those of them whose fields are what the body calls `attr.ib`, unless they are told that an annotation makes one.
RECORDS_OF_CALLS = frozenset(["attr.s", "attr.attrs"])
#: What is called for a field, and may say that the initialiser does not take it (`init=False`).
FIELDS = frozenset(["dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field"])
TUPLES = frozenset(["typing.NamedTuple", "typing_extensions.NamedTuple"])
#: Bases whose initialiser takes what the body of a class annotates.
MODELS = TUPLES | {"pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings", "msgspec.Struct"}
#: What an annotation says of a variable that is no field.
CLASS_VARIABLES = frozenset(["typing.ClassVar", "typing_extensions.ClassVar"])


def kind_of_class(name: str) -> Kind | None:
    """The kind of an instance of the class with that qualified name; None where it says nothing."""
    if name in _CLASSES:
        return _CLASSES[name]
    known = CALLS.get(name)
    return known.makes if known is not None and known.makes in _OF_CLASSES else None
