"""What the interpreter follows from where a number is made to where it is passed on is foreseen by names alone."""

import ast
import sys
from collections.abc import Callable, Set
from pathlib import Path
from time import process_time

import pytest

from inheritlint.findings import LineTable
from inheritlint.source.extraction import extract
from inheritlint.source.reading import SourceFile, decode
from inheritlint.source.units import split_units
from inheritlint.source.value_flow import Flows

sys.path.insert(0, str(Path(__file__).parent))
from sliced import findings

_HEAD = """
import asyncio, copy, functools, json, os, queue, socket, struct, subprocess, sys, tempfile, threading
from concurrent.futures import ProcessPoolExecutor

"""
#: Ways by which the number of a descriptor comes to a child that does not inherit it.
_WAYS = {
    "as it is": "def f(c):\n    r, w = os.pipe()\n    subprocess.run([c, str(w)])\n    return r",
    "another name": (
        "def f(c):\n    r, w = os.pipe()\n    n = w\n    m: int = n\n    subprocess.run([c, str(m)])\n    return r"
    ),
    "a walrus": "def f(c):\n    subprocess.run([c, str(n := os.dup(1))])\n    return n",
    "a list that grows": "def f(c):\n    a = [c]\n    a += [str(os.dup(1))]\n    subprocess.run(a)",
    "append": "def f(c):\n    a = [c]\n    a.append(str(os.dup(1)))\n    subprocess.run(a)",
    "extend": "def f(c):\n    a = [c]\n    a.extend(['--fd', str(os.dup(1))])\n    subprocess.run(a)",
    "an item": "def f(c):\n    e = {}\n    e['OUT_FD'] = str(os.dup(1))\n    subprocess.run(c, env=e)",
    "update": "def f(c):\n    e = {}\n    e.update(OUT_FD=str(os.dup(1)))\n    subprocess.run(c, env=e)",
    "a loop": "def f(c):\n    for n in [os.dup(1)]:\n        subprocess.run([c, str(n)])",
    "a comprehension": "def f(c):\n    fds = [os.dup(1)]\n    subprocess.run([c, *[str(n) for n in fds]])",
    "with": "def f(c, p):\n    with open(p) as file:\n        subprocess.run([c, str(file.fileno())])",
    "a formatted text": "def f(c):\n    n = os.dup(1)\n    subprocess.run(f'{c} {n}', shell=True)",
    "percent": "def f(c):\n    n = os.dup(1)\n    subprocess.run([c, '--fd=%d' % n])",
    "format": "def f(c):\n    n = os.dup(1)\n    subprocess.run([c, '--fd={}'.format(n)])",
    "join": "def f(c):\n    n = os.dup(1)\n    subprocess.run(' '.join([c, str(n)]), shell=True)",
    "match": "def f(c):\n    match os.pipe():\n        case (r, w):\n            subprocess.run([c, str(w)])",
    "either": "def f(c, q):\n    n = os.dup(1) if q else 1\n    subprocess.run([c, str(n)])",
    "a keyword table": "def f(c):\n    k = {'args': [c, str(os.dup(1))]}\n    subprocess.run(**k)",
    "another name for the call": "def f(c):\n    go = subprocess.run\n    go([c, str(os.dup(1))])",
    "a partial call": "def f(c):\n    go = functools.partial(subprocess.run, [c, str(os.dup(1))])\n    go()",
    "partial later": "def f(c):\n    go = functools.partial(subprocess.run, check=True)\n    go([c, str(os.dup(1))])",
    "a thread": (
        "def f(c):\n    n = os.dup(1)\n    threading.Thread(target=subprocess.run, args=([c, str(n)],)).start()"
    ),
    "a lambda": "def f(c):\n    go = lambda n: subprocess.run([c, str(n)])\n    go(os.dup(1))",
    "map": "def f(c):\n    list(map(lambda n: subprocess.run([c, str(n)]), [os.dup(1)]))",
    "a function inside": "def f(c):\n    def go(n):\n        subprocess.run([c, str(n)])\n    go(os.dup(1))",
    "what a function inside gives": (
        "def f(c):\n    def made():\n        return os.dup(1)\n    subprocess.run([c, str(made())])"
    ),
    "what a function gives": "def made():\n    return os.dup(1)\n\ndef f(c):\n    subprocess.run([c, str(made())])",
    "what two functions give": (
        "def made():\n    return os.dup(1)\n\ndef told():\n    return str(made())\n\n"
        "def f(c):\n    subprocess.run([c, told()])"
    ),
    "what a function fills": (
        "def fill(a):\n    a.append(str(os.dup(1)))\n\ndef f(c):\n    a = [c]\n    fill(a)\n    subprocess.run(a)"
    ),
    "what a function puts there": (
        "def fill(a, n):\n    a.append(str(n))\n\ndef f(c):\n    a = [c]\n    fill(a, os.dup(1))\n    subprocess.run(a)"
    ),
    "what a function starts": "def go(a):\n    subprocess.run(a)\n\ndef f(c):\n    go([c, str(os.dup(1))])",
    "an attribute": (
        "class A:\n    def __init__(self):\n        self.n = os.dup(1)\n\n"
        "    def f(self, c):\n        subprocess.run([c, str(self.n)])"
    ),
    "a list in an attribute": (
        "class A:\n    def __init__(self, c):\n        self.a = [c]\n        self.a.append(str(os.dup(1)))\n\n"
        "    def f(self):\n        subprocess.run(self.a)"
    ),
    "what a method gives": (
        "class A:\n    def __init__(self):\n        self.n = os.dup(1)\n\n    def told(self):\n"
        "        return str(self.n)\n\n"
        "    def f(self, c):\n        subprocess.run([c, self.told()])"
    ),
    "what a method keeps": (
        "class A:\n    def add(self, n):\n        self.a.append(str(n))\n\n"
        "    def f(self, c):\n        self.a = [c]\n        self.add(os.dup(1))\n        subprocess.run(self.a)"
    ),
    "what a method sets": (
        "class A:\n    def keep(self, n):\n        self.n = n\n\n"
        "    def f(self, c):\n        self.keep(os.dup(1))\n        subprocess.run([c, str(self.n)])"
    ),
    "what a method lets another one keep": (
        "class A:\n    def keep(self, n):\n        self.n = n\n\n    def take(self, n):\n        self.keep(n)\n\n"
        "    def f(self, c):\n        self.take(os.dup(1))\n        subprocess.run([c, str(self.n)])"
    ),
    "what a method tells": (
        "class A:\n    def told(self):\n        return str(self.n)\n\n"
        "    def f(self, c):\n        self.n = os.dup(1)\n        subprocess.run([c, self.told()])"
    ),
    "a property": (
        "class A:\n    @property\n    def told(self):\n        return str(self.n)\n\n"
        "    def f(self, c):\n        self.n = os.dup(1)\n        subprocess.run([c, self.told])"
    ),
    "a list of the module": (
        "FDS = []\n\ndef add(n):\n    FDS.append(n)\n\n"
        "def f(c):\n    add(os.dup(1))\n    subprocess.run([c, *[str(n) for n in FDS]])"
    ),
    "a variable that another function sets": (
        "def keep(n):\n    global N\n    N = n\n\ndef f(c):\n    keep(os.dup(1))\n    subprocess.run([c, str(N)])"
    ),
    "a method that is called write": (
        "class A:\n    def write(self, n, c):\n        subprocess.run([c, str(n)])\n\n"
        "    def f(self, c):\n        self.write(os.dup(1), c)"
    ),
    "an attribute of another object": (
        "class A:\n    pass\n\ndef f(c):\n    a = A()\n    a.n = os.dup(1)\n    subprocess.run([c, str(a.n)])"
    ),
    "a variable of the module": "N = os.dup(1)\n\ndef f(c):\n    subprocess.run([c, str(N)])",
    "the environment": "def f(c):\n    os.environ['OUT_FD'] = str(os.dup(1))\n    subprocess.run(c)",
    "standard input": (
        "def f(c):\n    p = subprocess.Popen(c, stdin=subprocess.PIPE)\n    n = os.dup(1)\n"
        "    p.stdin.write(b'%d' % n)\n    return n"
    ),
    "communicate": (
        "def f(c):\n    p = subprocess.Popen(c, stdin=subprocess.PIPE, text=True)\n    p.communicate(str(os.dup(1)))"
    ),
    "input": "def f(c):\n    subprocess.run(c, input=str(os.dup(1)), text=True)",
    "input in a table": "def f(c):\n    k = dict(input=str(os.dup(1)), text=True)\n    subprocess.run(c, **k)",
    "a socket": "def f(s):\n    n = os.dup(1)\n    s.sendall(struct.pack('i', n))",
    "json": "def f(s):\n    n = os.dup(1)\n    s.sendall(json.dumps({'fd': n}).encode())",
    "a process": "def f(g):\n    with ProcessPoolExecutor() as e:\n        e.submit(g, os.dup(1))",
    "an executor": (
        "async def f(g):\n    n = os.dup(1)\n    with ProcessPoolExecutor() as e:\n"
        "        await asyncio.get_running_loop().run_in_executor(e, g, n)"
    ),
    "a number that was sent": "def f(s):\n    n = int(s.recv(4))\n    return os.fdopen(n)",
    "a number that is used": "def f(s):\n    n = int(s.recv(4))\n    os.write(n, b'x')",
    "a number in the environment": (
        "def f(c):\n    n = int(os.environ['OUT_FD'])\n    subprocess.run(c, close_fds=False)\n    return os.fdopen(n)"
    ),
    "a number from the command line": (
        "import argparse\n\ndef f(c):\n    p = argparse.ArgumentParser()\n    p.add_argument('--fd', type=int)\n"
        "    a = p.parse_args()\n    subprocess.run(c, close_fds=False)\n    return os.fdopen(a.fd)"
    ),
    "options of another function": (
        "import argparse\n\ndef options(p):\n    p.add_argument('--fd', type=int)\n\ndef f(c):\n"
        "    p = argparse.ArgumentParser()\n    options(p)\n    a = p.parse_args()\n"
        "    subprocess.run(c, close_fds=False)\n    return os.fdopen(a.fd)"
    ),
}
_BALLAST = "\n\n".join(f"def ballast_{number}(first):\n    return first + {number}" for number in range(20))


def source_of(text: str) -> SourceFile:
    source = decode("case.py", text.encode())
    assert isinstance(source, SourceFile)
    return source


@pytest.mark.parametrize("way", _WAYS)
def test_a_way_that_is_followed_is_chosen(way: str) -> None:
    source = source_of(_HEAD + _BALLAST + "\n\n" + _WAYS[way] + "\n")
    whole = findings(source, whole=True)
    assert findings(source, whole=False) == whole
    assert whole


_APART = {
    "only as a descriptor": (
        "def f(c):\n    r, w = os.dup(1), os.dup(2)\n    os.write(w, b'x')\n    return subprocess.run(c)"
    ),
    "beside a message": "def f(s, data):\n    os.set_blocking(s.fileno(), False)\n    s.sendall(data)",
    "the other half": "def f(c):\n    n, name = tempfile.mkstemp()\n    os.close(n)\n    subprocess.run([c, name])",
    "a helper that gives none": (
        "def busy(s):\n    return s.fileno() in (1, 2)\n\ndef f(s, data):\n    if not busy(s):\n        s.sendall(data)"
    ),
    "an attribute beside it": (
        "class A:\n    def __init__(self, s):\n        self.s, self.n = s, s.fileno()\n\n"
        "    def f(self, data):\n        self.s.sendall(data)"
    ),
    "another input": (
        "def f(c, input=None):\n    s = socket.socket()\n    os.set_blocking(s.fileno(), False)\n"
        "    subprocess.run(c, input=input)"
    ),
}


@pytest.mark.parametrize("way", _APART)
def test_what_only_stands_beside_it_is_not(way: str) -> None:
    source = source_of(_HEAD + _BALLAST + "\n\n" + _APART[way] + "\n")
    assert not extract(source, stdio_server=False).ranges
    assert findings(source, whole=True) == []


@pytest.mark.parametrize(
    ("text", "sources", "sinks", "reached"),
    [
        ("def f(a):\n    b = a\n    g(b)", {"a"}, {"g"}, True),
        ("def f(a):\n    b = a\n    g(c)", {"a"}, {"g"}, False),
        ("def f(a):\n    g(b)\n    b = a", {"a"}, {"g"}, True),
        ("def f(a):\n    a.b.append(x)\n    g(b)", {"x"}, {"g"}, True),
        ("def f(a):\n    g(k=a)", {"a"}, {"k="}, True),
        ("def f(a):\n    t = {'k': a}\n    g(**t)", {"a"}, {"k="}, True),
        ("def f(a):\n    h = g\n    h(a)", {"a"}, {"g"}, True),
        ("def f(a):\n    h = g()\n    h.m(a)", {"a"}, {"g"}, False),
        ("def f(a):\n    h = G()\n    h.m(a)", {"a"}, {"G"}, True),
        ("def f(a):\n    os.write(a, b)", {"a"}, {"write"}, False),
    ],
)
def test_names_are_followed_in_any_order(text: str, sources: Set[str], sinks: Set[str], reached: bool) -> None:
    (unit,) = split_units(ast.parse(text), text, LineTable(text))
    assert Flows([unit])[unit].reaches(sources, sinks) is reached
    assert Flows([unit])[unit].reaches(sources, sinks, used=True) or not reached


_ONTO = {
    "what was just given": ("def f(s, p):\n    n = s.detach()\n    os.dup2(n, 0)\n    os.execv(p, [p])", True),
    "its number": ("def f(s):\n    os.dup2(s.fileno(), sys.stdout.fileno())", True),
    "a number that is written": ("def f():\n    os.dup2(1, 1)", False),
    "a variable of that number": ("def f():\n    n = 1\n    os.dup2(n, 1)", False),
    "the stream itself": ("def f():\n    os.dup2(sys.stdout.fileno(), 1)", False),
    "what was given": ("def f(n):\n    os.dup2(n, 1)", False),
    "one of two": ("def f(s, q):\n    n = s.fileno() if q else 1\n    os.dup2(n, 1)", False),
    "another number": ("def f(s):\n    os.dup2(s.fileno(), 7)", False),
    "for this process alone": ("def f(s):\n    os.dup2(s.fileno(), 1, inheritable=False)", False),
    "given away": ("def f(s, g):\n    os.dup2(s.fileno(), 1)\n    g(os.dup2)", False),
    "after a close": ("def f(s):\n    os.close(1)\n    n = s.detach()\n    os.dup2(n, 1)", False),
}  # fmt: skip


@pytest.mark.parametrize("way", _ONTO)
def test_what_only_takes_the_place_of_a_standard_stream_is_not_chosen(way: str) -> None:
    text, left_out = _ONTO[way]
    source = source_of(_HEAD + _BALLAST + "\n\n" + text + "\n")
    assert bool(extract(source, stdio_server=False).ranges) is not left_out
    assert findings(source, whole=False) == findings(source, whole=True)


def _calling(count: int) -> str:
    chain = "".join(f"def f{n}(c):\n    w = os.dup(f{n + 1}(c))\n    return f{n + 1}(w, c)\n" for n in range(count))
    return chain + "def f(c):\n    subprocess.run([c, f1(2)])\n"


_LARGE: dict[str, Callable[[int], str]] = {
    "functions that call each other": _calling,
    "calls of what calls give": lambda count: (
        "def f(c):\n    w = os.dup(1)\n"
        + 5 * ("    x = c" + count // 5 * ".m(1)" + "\n")
        + "    subprocess.run([c, str(w)])\n"
    ),
    "lambdas": lambda count: (
        "def f(c):\n    w = os.dup(1)\n"
        + "".join(f"    g{n} = lambda a{n}: a{n}\n    c(g{n}, {n})\n" for n in range(count))
        + "    subprocess.run([c, str(w)])\n"
    ),
    "attributes": lambda count: (
        "class A:\n"
        + "".join(
            f"    def f{n}(self, c):\n        self.a{n} = os.dup(1)\n        subprocess.run([c, self.a{count - n}])\n"
            for n in range(count)
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", _LARGE)
def test_choosing_grows_with_the_text(kind: str) -> None:
    def seconds(count: int) -> float:
        source = source_of(_HEAD + _LARGE[kind](count))
        before = process_time()
        extract(source, stdio_server=False)
        return process_time() - before

    small, large = (min(seconds(count) for _ in range(3)) for count in (400, 2_000))
    assert large < 3 * 5 * small
