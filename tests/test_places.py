"""Where a finding stands: on the argument at fault, so that a comment in its own line suppresses it."""

import pytest

import inheritlint

IMPORTS = """\
import fcntl, json, multiprocessing, os, socket, subprocess, daemon
from concurrent import futures


"""
#: What starts a child process and has the number of a descriptor for it.
CHILD = "def f(c):\n    r, w = os.pipe()\n    p = subprocess.Popen(c, stdin=-1)\n"
#: A rule, and a function in which the argument at fault stands in brackets.
CASES = [
    ("INH101", "def f(p):\n    return os.open(p, «os.O_RDONLY»)\n"),
    ("INH102", "def f(log):\n    os.dup2(log, 100, «True»)\n"),
    ("INH102", "def f(log):\n    os.dup2(log, 100, «inheritable=True»)\n"),
    ("INH103", "def f():\n    return os.pipe2(«os.O_NONBLOCK»)\n"),
    ("INH104", "def f(fd):\n    return fcntl.fcntl(fd, «fcntl.F_DUPFD», 10)\n"),
    ("INH205", "def f(fd):\n    fcntl.fcntl(fd, fcntl.F_SETFD, «os.O_CLOEXEC»)\n"),
    (
        "INH205",
        "def _set(fd, flag):\n    fcntl.fcntl(fd, fcntl.F_SETFD, flag)\n\n\ndef f(fd):\n    _set(fd, «os.O_CLOEXEC»)\n",
    ),
    ("INH207", "def f():\n    sock = socket.socket()\n    os.set_inheritable(«sock», True)\n"),
    ("INH208", "def f(log):\n    os.dup2(log, 1, «inheritable=False»)\n"),
    ("INH301", "def f(c):\n    subprocess.run(c, «close_fds=False»)\n"),
    ("INH306", "def f():\n    os.closerange(3, «-1»)\n"),
    (
        "INH310",
        "def f(p):\n    log = open(p)\n    with daemon.DaemonContext(«files_preserve=[]»):\n        log.read()\n",
    ),
    ("INH402", "def f(p):\n    r, w = os.pipe()\n    os.set_handle_inheritable(«r», False)\n"),
    ("INH501", CHILD + "    print(«w», file=p.stdin)\n"),
    (
        "INH501",
        CHILD + "    print('fd', «w», file=p.stdin)\n",
    ),
    (
        "INH501",
        CHILD + "    json.dump(«{'fd': w}», p.stdin)\n",
    ),
    (
        "INH501",
        CHILD + "    p.communicate(«str(w).encode()»)\n",
    ),
    (
        "INH501",
        CHILD + "    p.communicate(«input=str(w)»)\n",
    ),
    (
        "INH503",
        "def f(work):\n    r, w = os.pipe()\n    with futures.ProcessPoolExecutor() as executor:\n"
        "        executor.submit(work, 1, «fd=w»)\n",
    ),
    (
        "INH503",
        "def f(work):\n    r, w = os.pipe()\n    with multiprocessing.Pool() as pool:\n"
        "        pool.apply_async(work, (), «kwds={'fd': w}»)\n",
    ),
]


def found(source: str, code: str) -> list[inheritlint.Finding]:
    settings = inheritlint.parse_settings({"platforms": ["linux"]} if code != "INH402" else {})
    return [each for each in inheritlint.lint(source.encode(), settings=settings) if each.code == code]


@pytest.mark.parametrize(("code", "text"), CASES)
def test_a_finding_stands_on_the_argument_at_fault(code: str, text: str) -> None:
    marked = IMPORTS + text
    (finding,) = found(marked.replace("«", "").replace("»", ""), code)
    assert (finding.span.start, finding.span.end) == (marked.index("«"), marked.index("»") - 1)


@pytest.mark.parametrize(("code", "text"), CASES)
def test_a_comment_in_the_line_of_the_argument_suppresses_the_finding(code: str, text: str) -> None:
    before, argument, after = text.replace("»", "«").split("«")
    call = f"{before}\n            {argument}"
    rest = after.removeprefix(",") if after.startswith(",") else after
    comma = "," if after.startswith(",") else ""
    assert found(f"{IMPORTS}{call}{comma}  # of another line\n            {rest.lstrip()}", code)
    assert found(f"{IMPORTS}{call}{comma}  # noqa: {code}\n            {rest.lstrip()}", code) == []
