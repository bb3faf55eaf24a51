# ruff: noqa: E501 - lines of code, whole
"""Forty shapes of code by hand, each with what all fixes make of it; equal where nothing may be done."""

from typing import NamedTuple


class Shape(NamedTuple):
    """`before` and `after` with the file's `head`, which keeps Windows out where it says so."""

    name: str
    before: str
    after: str
    head: str = "import fcntl\nimport os\nimport socket\nimport subprocess\nimport sys\n\n\n"
    path: str = "shape.py"


PORTABLE = "import os\nimport subprocess\nimport sys\n\n\n"
NO_OS = "from os import O_RDONLY, open\n"

SPAWN = 'os.spawnv(os.P_WAIT, "x", args)'


def same(name: str, text: str, head: str = Shape._field_defaults["head"], path: str = "shape.py") -> Shape:
    """A shape that stays as it is."""
    return Shape(name, text, text, head, path)


SHAPES = [
    # Loops and collections
    Shape(
        "a loop over a display",
        "def f(args, extra):\n    r, w = os.pipe()\n    for fd in [r, *extra]:\n        os.set_inheritable(fd, True)\n"
        "    subprocess.run(args, close_fds=False)\n",
        "def f(args, extra):\n    r, w = os.pipe()\n    subprocess.run(args, pass_fds=[r, *extra])\n",
    ),
    Shape(
        "a loop over a display without parentheses",
        "def f(args, r, w):\n    for fd in r, w:\n        os.set_inheritable(fd, True)\n"
        "    subprocess.run(args, close_fds=False)\n",
        "def f(args, r, w):\n    subprocess.run(args, pass_fds=(r, w))\n",
    ),
    Shape(
        "a loop over a named list",
        "def f(args, fds):\n    for fd in fds:\n        os.set_inheritable(fd, True)\n"
        "    subprocess.run(args, close_fds=False)\n",
        "def f(args, fds):\n    subprocess.run(args, pass_fds=fds)\n",
    ),
    Shape(
        "a loop over sockets",
        "def f(args, socks):\n    for sock in socks:\n        sock.set_inheritable(True)\n"
        "    subprocess.run(args, close_fds=False)\n",
        "def f(args, socks):\n    subprocess.run(args, pass_fds=[sock.fileno() for sock in socks])\n",
    ),
    Shape(
        "a loop before a child that is no subprocess",
        f"def f(args, fds):\n    for fd in fds:\n        os.set_inheritable(fd, True)\n    {SPAWN}\n",
        f"def f(args, fds):\n    for fd in fds:\n        os.set_inheritable(fd, True)\n    try:\n        {SPAWN}\n"
        "    finally:\n        for fd in fds:\n            os.set_inheritable(fd, False)\n",
    ),
    same(
        "a list that changes between loop and child",
        "def f(args, fds):\n    for fd in fds:\n        os.set_inheritable(fd, True)\n    fds.append(3)\n"
        "    subprocess.run(args, close_fds=False)\n",
    ),
    same(
        "a loop over what a call returns",
        "def f(args, fds):\n    for fd in fds():\n        os.set_inheritable(fd, True)\n"
        "    subprocess.run(args, close_fds=False)\n",
    ),
    Shape(
        "a loop whose variable is read later",
        "def f(args, r, w):\n    for fd in (r, w):\n        os.set_inheritable(fd, True)\n"
        "    subprocess.run([*args, str(fd)], close_fds=False)\n",
        "def f(args, r, w):\n    for fd in (r, w):\n        pass\n"
        "    subprocess.run([*args, str(fd)], pass_fds=(r, w))\n",
    ),
    same(
        "a mark on one branch only",
        "def f(args, fd, wanted):\n    if wanted:\n        os.set_inheritable(fd, True)\n"
        "    subprocess.run(args, close_fds=False)\n",
    ),
    Shape(
        "two marks for one child",
        "def f(args):\n    r, w = os.pipe()\n    os.set_inheritable(r, True)\n    os.set_inheritable(w, True)\n"
        "    subprocess.run(args, close_fds=False)\n",
        "def f(args):\n    r, w = os.pipe()\n    os.set_inheritable(r, True)\n    try:\n        os.set_inheritable(w, True)\n"
        "        try:\n            subprocess.run(args, close_fds=False)\n        finally:\n"
        "            os.set_inheritable(w, False)\n    finally:\n        os.set_inheritable(r, False)\n",
    ),
    Shape(
        "a reset that a caller's mark may need",
        "def f(args, r):\n    os.set_inheritable(r, True)\n    subprocess.run(args, pass_fds=(r,))\n"
        "    os.set_inheritable(r, False)\n",
        "def f(args, r):\n    subprocess.run(args, pass_fds=(r,))\n    os.set_inheritable(r, False)\n",
    ),
    # Windows
    Shape(
        "where Windows can run it",
        "def f(args, r):\n    os.set_inheritable(r, True)\n    subprocess.run(args, close_fds=False)\n",
        "def f(args, r):\n    os.set_inheritable(r, True)\n    try:\n        subprocess.run(args, close_fds=False)\n"
        "    finally:\n        os.set_inheritable(r, False)\n",
        PORTABLE,
    ),
    Shape(
        "where only Windows runs it",
        "def f(args, r):\n    os.set_inheritable(r, True)\n    subprocess.run(args, close_fds=False)\n",
        "def f(args, r):\n    os.set_inheritable(r, True)\n    try:\n        subprocess.run(args, close_fds=False)\n"
        "    finally:\n        os.set_inheritable(r, False)\n",
        PORTABLE,
        "popen_win32.py",
    ),
    Shape(
        "a handle on Windows",
        "def f(args, h):\n    os.set_handle_inheritable(h, True)\n    subprocess.run(args, close_fds=False)\n",
        "def f(args, h):\n    os.set_handle_inheritable(h, True)\n    try:\n        subprocess.run("
        'args, startupinfo=subprocess.STARTUPINFO(lpAttributeList={"handle_list": [h]}))\n'
        "    finally:\n        os.set_handle_inheritable(h, False)\n",
        PORTABLE,
        "popen_win32.py",
    ),
    same(
        "a number without its descriptor, where Windows can run it",
        'def f(args):\n    r, w = os.pipe()\n    subprocess.run([*args, f"--fd={w}"])\n',
        PORTABLE,
    ),
    Shape(
        "two numbers without their descriptors",
        'def f(args):\n    r, w = os.pipe()\n    subprocess.run([*args, f"--fd={r}", f"--fd={w}"])\n',
        'def f(args):\n    r, w = os.pipe()\n    subprocess.run([*args, f"--fd={r}", f"--fd={w}"], pass_fds=(r, w))\n',
    ),
    # Lines
    same("a suite on one line", f"def f(args, fd):\n    if args: os.set_inheritable(fd, True); {SPAWN}\n"),
    same("two statements on one line", f"def f(args, fd):\n    os.set_inheritable(fd, True); {SPAWN}\n"),
    Shape(
        "backslashes",
        'def f(args, fd):\n    os.set_inheritable(fd, \\\n        True)\n    os \\\n        .system("x")\n',
        'def f(args, fd):\n    os.set_inheritable(fd, \\\n        True)\n    try:\n        os \\\n            .system("x")\n'
        "    finally:\n        os.set_inheritable(fd, False)\n",
    ),
    Shape(
        "tabs",
        'def f(args, fd):\n\tos.set_inheritable(fd, True)\n\tif args:\n\t\tos.system("x")\n',
        'def f(args, fd):\n\tos.set_inheritable(fd, True)\n\ttry:\n\t\tif args:\n\t\t\tos.system("x")\n'
        "\tfinally:\n\t\tos.set_inheritable(fd, False)\n",
    ),
    Shape(
        "CRLF",
        'def f(fd):\r\n    os.set_inheritable(fd, True)\r\n    os.system("x")\r\n',
        'def f(fd):\r\n    os.set_inheritable(fd, True)\r\n    try:\r\n        os.system("x")\r\n'
        "    finally:\r\n        os.set_inheritable(fd, False)\r\n",
        "import os\r\n\r\n\r\n",
    ),
    same(
        "a form feed before what would move", 'def f(fd):\n    os.set_inheritable(fd, True)\n\x0c    os.system("x")\n'
    ),
    Shape(
        "form feed, next line and line separator inside strings of one line",
        'def f(fd):\n    os.set_inheritable(fd, True)\n    os.system("a\x0cb\x85c\u2028d")\n',
        'def f(fd):\n    os.set_inheritable(fd, True)\n    try:\n        os.system("a\x0cb\x85c\u2028d")\n'
        "    finally:\n        os.set_inheritable(fd, False)\n",
    ),
    same("a string of several lines", 'def f(fd):\n    os.set_inheritable(fd, True)\n    os.system("""a\n  b""")\n'),
    same(
        "a string of several lines in a statement that concerns nobody",
        'def f(fd):\n    os.set_inheritable(fd, True)\n    text = f"""a\n  {fd}"""\n    os.system(text)\n',
    ),
    Shape(
        "comments and blank lines",
        "def f(args, fd):\n    os.set_inheritable(fd, True)  # why\n\n    # first\n    args.sort()\n\n    # second\n"
        f"\n    {SPAWN}  # third\n    # fourth\n",
        "def f(args, fd):\n    os.set_inheritable(fd, True)  # why\n\n    # first\n    try:\n        args.sort()\n\n"
        f"        # second\n\n        {SPAWN}  # third\n    finally:\n        os.set_inheritable(fd, False)\n    # fourth\n",
    ),
    Shape(
        "comments inside a call that loses its keyword",
        "def f(args):\n    subprocess.run(\n        args,  # these, all\n        # not that\n        close_fds=False,  # why\n"
        "        shell=True,\n    )\n",
        "def f(args):\n    subprocess.run(\n        args,  # these, all\n        # not that\n          # why\n"
        "        shell=True,\n    )\n",
    ),
    Shape(
        "comments inside a call that becomes a method",
        "def f():\n    sock = socket.socket()\n    os.set_inheritable(  # do\n        sock,  # it\n        False,  # no\n"
        "    )\n    return sock\n",
        "def f():\n    sock = socket.socket()\n    sock.set_inheritable(  # do\n          # it\n        False,  # no\n"
        "    )\n    return sock\n",
    ),
    Shape(
        "comments around a `try` that goes",
        "def f(args):\n    r, w = os.pipe()\n    os.set_inheritable(r, True)  # mark\n    # before\n    try:  # open\n"
        "        # inside\n        subprocess.run(args, pass_fds=(r,))  # run\n    finally:  # last\n        # back\n"
        "        os.set_inheritable(r, False)  # done\n",
        "def f(args):\n    r, w = os.pipe()\n    # mark\n    # before\n    # open\n    # inside\n"
        "    subprocess.run(args, pass_fds=(r,))  # run\n    # last\n    # back\n    # done\n",
    ),
    Shape(
        "a comment that silences every linter is not left",
        "x = 1  # noqa: INH101# noqa\ny = 1  # noqa: INH101, E501 # noqa\n",
        "x = 1  # noqa: INH101# noqa\ny = 1  # noqa: E501 # noqa\n",
    ),
    # Control flow
    Shape(
        "an existing `try`",
        f"def f(args, fd):\n    os.set_inheritable(fd, True)\n    try:\n        {SPAWN}\n    finally:\n        print(1)\n",
        f"def f(args, fd):\n    os.set_inheritable(fd, True)\n    try:\n        try:\n            {SPAWN}\n"
        "        finally:\n            print(1)\n    finally:\n        os.set_inheritable(fd, False)\n",
    ),
    Shape(
        "`match` and a decorator",
        "@staticmethod\ndef f(args, fd):\n    match args:\n        case []:\n            os.set_inheritable(fd, True)\n"
        f"            {SPAWN}\n",
        "@staticmethod\ndef f(args, fd):\n    match args:\n        case []:\n            os.set_inheritable(fd, True)\n"
        f"            try:\n                {SPAWN}\n            finally:\n"
        "                os.set_inheritable(fd, False)\n",
    ),
    Shape(
        "async",
        "import asyncio\n\n\nasync def f(args):\n    r, w = os.pipe()\n    os.set_inheritable(r, True)\n"
        '    await asyncio.create_subprocess_exec("x", str(r), close_fds=False)\n',
        "import asyncio\n\n\nasync def f(args):\n    r, w = os.pipe()\n"
        '    await asyncio.create_subprocess_exec("x", str(r), pass_fds=(r,))\n',
    ),
    Shape(
        "a generator",
        'def f(fd):\n    os.set_inheritable(fd, True)\n    yield 1\n    os.system("x")\n    os.set_inheritable(fd, False)\n',
        'def f(fd):\n    os.set_inheritable(fd, True)\n    try:\n        yield 1\n        os.system("x")\n'
        "    finally:\n        os.set_inheritable(fd, False)\n",
    ),
    same(
        "a descriptor that is closed on the way to its reset",
        "def f(args, x):\n    r, w = os.pipe()\n    os.set_inheritable(r, True)\n    if x:\n        os.close(r)\n"
        '        return\n    os.system("x")\n    os.set_inheritable(r, False)\n',
    ),
    Shape(
        "three that overlap",
        "def f():\n    r, w = os.pipe()\n    os.set_inheritable(r, True)\n    os.set_inheritable(w, True)\n"
        '    p = os.open("x", os.O_RDONLY)\n    os.system("x")\n    os.set_inheritable(w, False)\n'
        "    os.set_inheritable(r, False)\n    return p\n",
        "def f():\n    r, w = os.pipe()\n    os.set_inheritable(r, True)\n    try:\n        os.set_inheritable(w, True)\n"
        '        try:\n            p = os.open("x", os.O_RDONLY | os.O_CLOEXEC)\n            os.system("x")\n'
        "        finally:\n            os.set_inheritable(w, False)\n    finally:\n"
        "        os.set_inheritable(r, False)\n    return p\n",
    ),
    # Names
    same("`os` is a parameter", "def f(p, os):\n    return open(p, O_RDONLY)\n", f"import os\n{NO_OS}"),
    same("`os` is deleted", "def f(p):\n    return open(p, O_RDONLY)\n", f"import os\n{NO_OS}del os\n"),
    same(
        "`os` is imported where that succeeds",
        "def f(p):\n    return open(p, O_RDONLY)\n",
        f"{NO_OS}try:\n    import os\nexcept ImportError:\n    os = None\n",
    ),
    same("`getattr` is another function", "def f(p):\n    return os.open(p, 0)\n", "import os\ngetattr = print\n"),
    same("`sys` is another thing", "def f(h):\n    os.set_handle_inheritable(h, True)\n", "import os\nsys = 3\n"),
    Shape(
        "a class with a name of its own",
        "class A:\n    os = 3\n\n    def f(self, p):\n        return open(p, O_RDONLY)\n",
        'class A:\n    os = 3\n\n    def f(self, p):\n        return open(p, O_RDONLY | getattr(os, "O_CLOEXEC", 0))\n',
        f"import os\n{NO_OS}",
    ),
    Shape(
        "a constant of the file, before and after it is bound",
        "one = os.open('x', os.O_RDONLY)\n_FLAG = os.O_CLOEXEC\ntwo = os.open('x', os.O_RDONLY)\n",
        "one = os.open('x', os.O_RDONLY | os.O_CLOEXEC)\n_FLAG = os.O_CLOEXEC\ntwo = os.open('x', os.O_RDONLY | _FLAG)\n",
        "import fcntl\nimport os\n\n",
    ),
    Shape(
        "docstring and `from __future__`",
        "",
        "",
        '"""Doc."""\n# comment\nfrom __future__ import annotations\n\nx = 1\n',
    ),
    same("a docstring that shares its line", "", '"""Doc."""; from os import open\nx = open("p", 0)\n'),
    Shape(
        "a flag that the other platform lacks is not imported",
        'def f(p):\n    if sys.platform == "win32":\n        return open(p, O_RDONLY)\n',
        'def f(p):\n    if sys.platform == "win32":\n        return open(p, O_RDONLY | os.O_NOINHERIT)\n',
        f"import os\nimport sys\n{NO_OS}",
    ),
    # Strings that hold expressions
    Shape(
        "an f-string in whose quotes the fix can be written",
        'def f(p):\n    return f"{os.open(p, os.O_RDONLY)}"\n',
        'def f(p):\n    return f"{os.open(p, os.O_RDONLY | os.O_CLOEXEC)}"\n',
    ),
    same(
        "an f-string whose quotes the oldest Python would not read twice",
        "def f(p):\n    return f\"{f'{os.open(p, os.O_RDONLY)}'}\"\n",
        "import os\n\n\n",
    ),
]
