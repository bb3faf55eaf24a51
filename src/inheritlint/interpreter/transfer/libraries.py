"""Libraries that `ctypes` loads, and what it makes for them: places for handles, pointers."""

from collections.abc import Callable

from inheritlint.domain.alternatives import alternatives, options_of, references
from inheritlint.domain.joins import one_of
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, ConstantValue, QualifiedName
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.transfer import handles
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.handles import ATTRIBUTES, KERNEL32, THIS_PROCESS
from inheritlint.knowledge.libc import NAMES


def c_library(frame: Frame, site: Site, state: State) -> Results:
    """`ctypes.CDLL(None)`, or a name that says libc: the C library. Any other library is unknown."""
    name = site.value(0, "name")
    frame.throw(state, "OSError")
    options = list(alternatives(name, state.platforms)) if name is not None else [ConstantValue("")]
    texts = [option.value for option in options if isinstance(option, ConstantValue)]
    if QualifiedName("<libc>") in options:
        return [(state, QualifiedName("libc"))]
    if any(text is None or (isinstance(text, str) and text.startswith(NAMES)) for text in texts):
        return [(state, QualifiedName("libc"))]
    return [(state, made(frame, state, site.node))]


def find_library(frame: Frame, site: Site, state: State) -> Results:
    wanted = site.value(0, "name")
    libc = wanted in (ConstantValue("c"), ConstantValue("libc"))
    return [(state, QualifiedName("<libc>") if libc else made(frame, state, site.node))]


def windows_library(frame: Frame, site: Site, state: State) -> Results:
    """`ctypes.WinDLL("kernel32")`."""
    frame.throw(state, "OSError")
    name = site.value(0, "name")
    texts = [str(each.value) for each in options_of(name) if isinstance(each, ConstantValue)] if name else []
    if texts and all(text.lower() in ("kernel32", "kernel32.dll") for text in texts):
        return [(state, QualifiedName(KERNEL32))]
    return [(state, made(frame, state, site.node))]


def variable(frame: Frame, site: Site, state: State) -> Results:
    """`ctypes.wintypes.HANDLE(number)`: the handle of that number; without one, the place for a handle."""
    given = site.value(0, "value")
    known = references(given, state.platforms) if given is not None else []
    if known:
        return [(state, one_of(known))]
    return [(state, made(frame, state, site.node, Kind.HANDLE if given is None else None))]


def pointer(frame: Frame, site: Site, state: State) -> Results:
    """`ctypes.byref(x)`, `ctypes.pointer(x)`: what is done to the object behind it is done to `x`."""
    return [(state, site.value(0, "obj") or ANYTHING)]


LIBRARIES: dict[str, Callable[[Frame, Site, State], Results]] = {
    "ctypes.CDLL": c_library,
    "ctypes.PyDLL": c_library,
    "ctypes.cdll.LoadLibrary": c_library,
    "ctypes.util.find_library": find_library,
    "ctypes.WinDLL": windows_library,
    "ctypes.windll.LoadLibrary": windows_library,
    "ctypes.wintypes.HANDLE": variable,
    "ctypes.byref": pointer,
    "ctypes.pointer": pointer,
    **dict.fromkeys(THIS_PROCESS, handles.this_process),
    **dict.fromkeys(ATTRIBUTES, handles.attributes),
}
