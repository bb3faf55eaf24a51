"""Which exceptions a handler catches, by their names."""

import builtins
from collections.abc import Iterable

from inheritlint.domain.state import InFlight

#: What handlers catch that are there for the errors of calls.
CATCHING_CALLS = frozenset(
    "Exception BaseException OSError EnvironmentError IOError RuntimeError ValueError SubprocessError".split()
)
#: Names of one exception, by those that are other names of it.
SAME_EXCEPTION = {"EnvironmentError": "OSError", "IOError": "OSError", "WindowsError": "OSError"}
#: Exceptions that say that there is nothing now, and not that there never will be anything.
_PASSING = ("timeout", "timedout", "blocking", "empty", "expired", "stopiteration", "interrupted", "alarm")


def is_passing(names: Iterable[str]) -> bool:
    """Whether handlers for `names` may go on after a read that found nothing yet."""
    return any(word in name.lower() for name in names for word in _PASSING)


def _class_of(name: str | None) -> type[BaseException] | None:
    """The builtin exception of that name."""
    found = getattr(builtins, name, None) if name else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def caught(flying: InFlight, types: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether a handler for `types` may catch what is in flight, and whether it surely does."""
    if not types or "BaseException" in types:
        return True, True
    raised = _class_of(flying.name)
    if flying.name is None:
        return True, False
    if flying.name in types:
        return True, True
    if raised is None:
        return True, "Exception" in types
    handlers = [_class_of(SAME_EXCEPTION.get(name, name)) for name in types]
    if any(handler is not None and issubclass(raised, handler) for handler in handlers):
        return True, True
    return any(handler is None or issubclass(handler, raised) for handler in handlers), False
