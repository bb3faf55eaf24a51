"""Names by which programs call a platform, wherever they keep them."""

from inheritlint.domain.origins import Imported
from inheritlint.domain.values import (
    ConstantValue,
    ObjectRef,
    Value,
    available_on,
)
from inheritlint.knowledge.platforms import (
    POSIX,
    POSIX_CONSTANTS,
    WINDOWS,
    WINDOWS_CONSTANTS,
)


def _plain(name: str) -> str:
    return name.lstrip("_").lower()


def well_known(name: str) -> Value | None:
    """What a constant that many projects keep stands for: `WINDOWS`, `_mswindows`, `IS_LINUX`."""
    plain = _plain(name)
    if plain in WINDOWS_CONSTANTS:
        return available_on(WINDOWS, ConstantValue(True), ConstantValue(False))
    if plain in POSIX_CONSTANTS:
        whole = plain in {"posix", "is_posix", "not_windows", "non_windows", "is_not_windows", "unix", "is_unix"}
        return available_on(POSIX, ConstantValue(True) if whole else ObjectRef(Imported(name)), ConstantValue(False))
    return None


def mentions_windows(name: str) -> bool:
    """Whether a name holds the word: `WINDOWS_HANDLE`, `win32_pipe`."""
    words = _plain(name).split("_")
    return (
        not {"windows", "win32", "mswindows", "msvcrt"}.isdisjoint(words) and "not" not in words and "non" not in words
    )
