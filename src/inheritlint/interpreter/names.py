"""What names stand for: those of the library by their qualified names, those of no scope of the file."""

import builtins

from inheritlint.domain.literals import per_platform
from inheritlint.domain.origins import Imported, StandardStream, Variable
from inheritlint.domain.platform_names import well_known
from inheritlint.domain.truth import on_this_python
from inheritlint.domain.values import ConstantValue, FlagBits, ObjectRef, PerPlatform, QualifiedName, Value
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.flags import CONSTANTS, OTHER_OPEN_FLAG, is_flag_name
from inheritlint.knowledge.platforms import (
    AVAILABILITY,
    EVERYWHERE,
    OF_EVERY_POSIX,
    PLATFORM_ATTRIBUTES,
    PLATFORMS,
    POSIX_MODULES,
    PYTHON_2,
    PYTHON_3,
    RECENT,
    REMOVED_MODULES,
)

#: The environment as an object, whose items a program sets.
ENVIRON = ObjectRef(Imported("os.environ"))
#: Modules that are one under several names.
_OS = ("posix", "nt", "_os")
_STREAMS = frozenset(f"sys.{name}" for stream in ("stdin", "stdout", "stderr") for name in (stream, f"__{stream}__"))
_NEVER_TRUE = PerPlatform((ConstantValue(False),) * len(PLATFORMS), "typing.TYPE_CHECKING")


def available(name: str) -> frozenset[int]:
    """The platforms that have what `name` calls; everywhere for what is not listed."""
    return AVAILABILITY.get(_key(name), EVERYWHERE)


def is_telling(name: str) -> bool:
    """Whether the absence of `name`, a module or a member of one, says that none of the platforms runs that have it."""
    root = name.partition(".")[0]
    if root in REMOVED_MODULES:
        return False
    if name == root or name in OF_EVERY_POSIX:
        return True
    key = _key(name)
    return key not in RECENT and (key in AVAILABILITY or root not in POSIX_MODULES)


def _key(name: str) -> tuple[str, str]:
    module, _, last = name.rpartition(".")
    return "os" if module in _OS else module, last


def qualified(name: str) -> Value:
    """What a name of another module stands for."""
    if name in PLATFORM_ATTRIBUTES:
        return per_platform(PLATFORM_ATTRIBUTES[name], name)
    if name in CONSTANTS:
        return FlagBits(CONSTANTS[name])
    module, _, last = name.rpartition(".")
    if last == "TYPE_CHECKING" and module in ("typing", "typing_extensions"):
        return _NEVER_TRUE
    if module in ("os", *_OS) and is_flag_name(last):
        return FlagBits(0, OTHER_OPEN_FLAG)
    if module and last in PYTHON_2 | PYTHON_3:
        return on_this_python(last in PYTHON_3)
    if name in _STREAMS:
        return ObjectRef(StandardStream(name), (), Kind.INPUT if "stdin" in name else Kind.FILE)
    if name in CALLS:
        return QualifiedName(name)
    return (well_known(last) if module else None) or QualifiedName(name)


def of_nobody(name: str, stars: frozenset[str] | set[str]) -> Value:
    """What a name stands for that nothing in the file binds; `stars` are the modules that are imported whole."""
    for module in sorted(stars):
        full = f"{module}.{name}"
        if is_understood(full):
            return qualified(full)
    if name in ("os", "_os"):
        return QualifiedName("os")
    if hasattr(builtins, name):
        return qualified(f"builtins.{name}")
    return well_known(name) or ObjectRef(Variable(None, name))


#: Constants of other modules that are understood by their names.
_STARRED = frozenset(
    f"fcntl.{name}" for name in "F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL fcntl ioctl".split()
)


def is_understood(name: str) -> bool:
    """Whether the analysis knows what `name` of a module is."""
    return name in CALLS or name in CONSTANTS or name in PLATFORM_ATTRIBUTES or is_listed(name) or name in _STARRED


def is_listed(name: str) -> bool:
    """Whether the platforms that have `name` are known."""
    module, _, last = name.rpartition(".")
    return (module, last) in AVAILABILITY
