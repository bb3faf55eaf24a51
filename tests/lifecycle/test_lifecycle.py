"""What becomes of what `mark` makes inheritable: in one sentence for each small function.

A line of a function is known by its statement. `start` starts a child that gets what is inheritable, `quiet` one that
closes descriptors, `hand` one that is given the descriptor.
"""

import sys
from pathlib import Path

import libcst as cst
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "interpreter"))
sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
from breaking import put_in_place
from solved import solved

from inheritlint.interpreter.program import Program
from inheritlint.lifecycle.inheritance import does_not_inherit, is_passed
from inheritlint.lifecycle.lifecycle import Lifecycle, lifecycle_of

SHORT = {
    "mark": "os.set_inheritable(fd, True)",
    "reset": "os.set_inheritable(fd, False)",
    "clear": "fcntl.fcntl(fd, fcntl.F_SETFD, 0)",
    "close": "os.close(fd)",
    "start": 'os.system("x")',
    "quiet": 'subprocess.run(["x"])',
    "open": 'subprocess.run(["x"], close_fds=False)',
    "hand": 'subprocess.run(["x"], pass_fds=(fd,))',
    "feed": 'subprocess.run(["x"], stdin=fd)',
    "exec": 'os.execv("x", ["x"])',
}

#: The body of `def f(fd, a)`, and what is said of its first mark.
FATES = {
    # reset, or not
    "mark; start; reset": "not on every path if start raises; start; reset",
    "mark; reset": "reset; reset",
    "mark": "never reset",
    "mark; start": "never reset; start",
    "mark; close": "reset; close",
    "mark; reset; start": "reset; reset",
    "start; mark; reset": "reset; reset",
    # paths
    "mark\nif a: reset": "not on every path; reset",
    "mark\nif a: close": "not on every path; close",
    "mark; start\nif a: reset": "not on every path; start; reset",
    "mark\nif a: return\nreset": "not on every path if return; reset",
    "mark\nif a: raise OSError\nreset": "not on every path if raise OSError; reset",
    "mark\nif a: reset\nelse: close": "reset; reset; close",
    "mark\nfor each in a: break\nelse: reset": "not on every path; reset",
    "try:\n    mark; start\nfinally: reset": "reset; start; reset",
    "mark\ntry: start\nfinally: reset": "reset; start; reset",
    "mark\ntry: start\nexcept OSError: pass\nreset": "reset; start; reset",
    "mark\ntry: start\nexcept OSError: raise\nreset": "not on every path if raise; start; reset",
    "try:\n    for each in range(2): mark\n    close\nexcept OSError: pass": "reset; close",
    "try:\n    mark; clear\nexcept OSError: start\nreset": "reset; reset",
    "if a: mark\nstart\nreset": "not on every path if start raises; start; reset",
    "for each in a:\n    mark; reset": "reset; reset",
    "for each in a:\n    mark; start\nreset": "not on every path if start raises; start; reset",
    # elements
    "for fd in a:\n    if fd > 9: mark\n    else: close": "unknown",
    "for fd in a:\n    mark; close": "reset; close",
    "for fd in a:\n    mark\n    if fd > 9: close": "not on every path; close",
    "for fd in a: mark\nfor fd in a: close": "reset; close",
    "for fd in a:\n    if fd > 9: mark\n    else: close\nfor fd in a: close": "reset; close",
    "mark; start; a.register(os.close, fd)": "not on every path if start raises; start",
    # whoever gets the descriptor, or the program itself
    "mark; quiet": "never reset; quiet lacks it",
    "mark; open": "never reset; open",
    "mark; hand": "never reset; hand is handed it",
    "mark; feed": "never reset; feed is handed it",
    "mark; start; exec": "never reset; start",
    "mark; exec": "unknown",
    # what the caller has
    "mark; return fd": "never reset",
    "if a: mark\nelse: reset": "unknown",
    "reset\nif a: mark": "never reset",
}


def expanded(body: str) -> str:
    """`body` with the short words written out, one statement a line."""
    lines = []
    for line in body.split("\n"):
        stripped = line.lstrip()
        indent = line[: len(line) - len(stripped)]
        head, colon, rest = stripped.rpartition(": ")
        statements = [SHORT.get(word, word) for word in rest.split("; ")]
        lines.append(f"{indent}{head}{colon}{'; '.join(statements)}")
    return "".join(f"    {line}\n" for line in lines)


def short(program: Program, node: cst.CSTNode) -> str:
    text = program.tree.text(node)
    return next((word for word, written in SHORT.items() if written == text), text)


def sentence(program: Program, fate: Lifecycle) -> str:
    """Ending and why, then the children that started meanwhile, then the resets."""
    ending = fate.ending.name.lower().replace("_", " ")
    if fate.skipped_at is not None:
        statement = short(program, fate.skipped_at)
        ending += f" if {statement}" + (" raises" if statement in SHORT else "")
    parts = [ending]
    for child in fate.children:
        means = [(" is handed it", is_passed), (" lacks it", does_not_inherit)]
        how = [words for words, holds in means if fate.thing is not None and holds(program, child, fate.thing)]
        parts.append(short(program, child) + "".join(how))
    return "; ".join(parts + [short(program, each) for each in fate.resets])


def fate_in(text: str) -> str:
    """What is said of the first mark in a text."""
    program = solved(f"import fcntl\n{text}")
    marks = (node for node in program.records if short(program, node) == "mark" or "True)" in program.tree.text(node))
    node = min(marks, key=program.tree.span)
    return sentence(program, lifecycle_of(program, program.function_around(node), node))


def fate_of_body(body: str) -> str:
    return fate_in(f"def f(fd, a):\n{expanded(body)}")


@pytest.mark.parametrize("body", FATES)
def test_a_mark_ends_so(body: str) -> None:
    assert fate_of_body(body) == FATES[body]


#: Several functions, and what is said of the first mark in them.
FILES = {
    "another method closes the attribute": (
        """
class Log:
    def share(self, fd):
        os.set_inheritable(self.fd, True)

    def stop(self):
        os.close(self.fd)
""",
        "reset",
    ),
    "no method closes the attribute": (
        """
class Log:
    def share(self):
        os.set_inheritable(self.fd, True)

    def stop(self):
        os.close(self.other)
""",
        "never reset",
    ),
    "a method of a base class closes the attribute": (
        """
class Base:
    def stop(self):
        os.close(self.fd)

class Log(Base):
    def share(self):
        os.set_inheritable(self.fd, True)
""",
        "reset",
    ),
    "a holder of the object closes the attribute": (
        """
class Log:
    def __init__(self):
        self.fd = os.open("x", os.O_RDONLY)
        os.set_inheritable(self.fd, True)

def run():
    log = Log()
    os.close(log.fd)
""",
        "reset",
    ),
    "a holder of the object closes what a method marks": (
        """
class Log:
    def __init__(self):
        self.fd = os.open("x", os.O_RDONLY)

    def share(self):
        os.set_inheritable(self.fd, True)

def run():
    log = Log()
    log.share()
    os.close(log.fd)
""",
        "reset",
    ),
    "a holder of the object closes another attribute": (
        """
class Log:
    def __init__(self):
        self.fd = self.other = os.open("x", os.O_RDONLY)
        os.set_inheritable(self.fd, True)

def run(log):
    os.close(log.other)
""",
        "never reset",
    ),
    "a function reset before what it was given": (
        """
def calm(*fds):
    for fd in fds:
        os.set_inheritable(fd, False)

def run():
    fd = os.open("x", os.O_RDONLY)
    calm(fd)
    os.set_inheritable(fd, True)
""",
        "never reset",
    ),
    "an inner function resets what another one has opened": (
        """
def run():
    fd = None

    def begin():
        nonlocal fd
        fd = os.open("x", os.O_RDONLY)

    def end():
        os.set_inheritable(fd, False)

    begin()
    os.set_inheritable(fd, True)
    end()
""",
        "reset; reset",
    ),
    "an inner function closes the variable": (
        """
def run():
    def stop():
        os.close(fd)

    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)
    stop()
""",
        "reset; close",
    ),
    "another function resets what the variable holds": (
        """
fd = None

def share():
    os.set_inheritable(fd, True)

def run():
    global fd
    fd = os.open("x", os.O_RDONLY)
    share()
    os.close(fd)
""",
        "reset",
    ),
    "a manager resets while the body raises": (
        """
import contextlib

def run():
    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)
    with shared(fd):
        os.system("x")

@contextlib.contextmanager
def shared(fd):
    os.set_inheritable(fd, True)
    try:
        yield
    finally:
        os.set_inheritable(fd, False)
""",
        "reset; start; reset",
    ),
    "another function closes the same global": (
        """
def share():
    global fd
    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)

def stop():
    os.close(fd)
""",
        "reset",
    ),
    "another function closes a parameter of the same name": (
        """
def share():
    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)

def stop(fd):
    os.close(fd)
""",
        "never reset",
    ),
    "every caller of a private function resets": (
        """
def _opened():
    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)
    return fd

def run():
    fd = _opened()
    os.set_inheritable(fd, False)
""",
        "reset",
    ),
    "only one caller of a private function resets": (
        """
def _opened():
    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)
    return fd

def run():
    fd = _opened()
    os.set_inheritable(fd, False)

def walk():
    fd = _opened()
""",
        "never reset",
    ),
    "every caller of what returns it resets": (
        """
def opened():
    fd = os.open("x", os.O_RDONLY)
    os.set_inheritable(fd, True)
    return fd

def run():
    fd = opened()
    os.set_inheritable(fd, False)
""",
        "reset",
    ),
    "what closes it is given away": (
        """
import functools

def f():
    fd = os.dup(1)
    os.set_inheritable(fd, True)
    return functools.partial(os.close, fd)
""",
        "reset",
    ),
    "what closes another one is given away": (
        """
import functools

def f(other):
    fd = os.dup(1)
    os.set_inheritable(fd, True)
    return functools.partial(os.close, other)
""",
        "never reset",
    ),
    "the child of a fork marks": (
        """
def f(fd):
    if os.fork() == 0:
        os.set_inheritable(fd, True)
        os.execv("x", ["x"])
    os.wait()
""",
        "unknown",
    ),
    "the child of a fork is the daemon": (
        """
def f(fd):
    if os.fork():
        os._exit(0)
    os.set_inheritable(fd, True)
    os.system("x")
""",
        "never reset; start",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_other_functions_have_their_part_in_it(name: str) -> None:
    text, said = FILES[name]
    assert fate_in(text) == said


#: (module, what stands there, what is put in its place): each is seen by a line of the tables above.
BREAKAGES = [
    ("lifecycle.lifecycle", "if _is_switched(program, function, kept, resets):", "if False:"),
    ("lifecycle.lifecycle", "if any(way.mark.after_reset for way in kept):", "if False:"),
    ("lifecycle.lifecycle", "if any(way.mark.spared for way in kept):", "if False:"),
    ("domain.descriptor", "if self.passed and one:", "if False:"),
    ("domain.descriptor", "if self.passed and one:", "if one:"),
    ("domain.descriptor", "or after_reset, passed=False", "or after_reset"),
    ("domain.state", "replace(mark, passed=not first)", "replace(mark, passed=True)"),
    ("interpreter.branches", "first=not started", "first=False"),
    ("lifecycle.lifecycle", "if not ordinary and not any", "if not any"),
    ("lifecycle.lifecycle", "if not ordinary and not any(each in deliberate for each in resets)", "if False"),
    ("lifecycle.lifecycle", "next((way for way in kept if way.ordinary), kept[0])", "kept[-1]"),
    ("lifecycle.lifecycle", "if state.in_flight is None or state.in_flight.probable", "if False"),
    ("lifecycle.lifecycle", "and not program.is_child(mark.forked)", ""),
    ("lifecycle.lifecycle", "yield from program.file.closings.get(Receiver(relative), ())", "yield from ()"),
    ("lifecycle.lifecycle", "for holder, name in program.holders.get(way.thing, ()):", "for holder, name in ():"),
    ("lifecycle.lifecycle", "and not any(way.is_inheritable for way in ways)", ""),
    ("lifecycle.lifecycle", "if not is_private(function) and not all", "if True or not all"),
    ("lifecycle.lifecycle", "if not is_private(function) and not all", "if not is_private(function) or not all"),
    ("lifecycle.lifecycle", "or _is_ended_by_what_is_left(program, way)", ""),
    ("lifecycle.lifecycle", "if any(covers(each.base, way.thing) for each in ended):", "if ended:"),
    ("lifecycle.lifecycle", "children = program.file.exec_marks.get(node, frozenset())", "children = frozenset()"),
    ("lifecycle.lifecycle", "if not isinstance(known.origin, Receiver) or not known.path:", "if True:"),
    ("interpreter.frame", "if thing.origin not in self.borrowed:", "if True:"),
    ("interpreter.application", "case Variable(owner, name):", "case Variable(owner, name) if False:"),
    ("interpreter.contexts", "if summary.may_raise_first:", "if summary.may_raise:"),
    ("interpreter.transfer.effects", 'frame.doubt(failed, "OSError")', 'frame.throw(failed, "OSError")'),
    ("lifecycle.inheritance", "_closes(each) and not any", "not any"),
    ("lifecycle.inheritance", "_closes(each) and not any(_same(thing, g) for g in _given(each))", "_closes(each)"),
    ("lifecycle.inheritance", '("pass_fds", *STREAM_NAMES)', '("pass_fds",)'),
]


@pytest.mark.parametrize(("module", "old", "new"), BREAKAGES, ids=lambda text: text[:40])
def test_a_broken_transition_is_seen(module: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(module, old, new, monkeypatch)
    right = [fate_of_body(body) == said for body, said in FATES.items()]
    right += [fate_in(text) == said for text, said in FILES.values()]
    assert not all(right)
