"""Numbers that go where the descriptor does not: each program's child finds no descriptor, or another one, under the
number that it is told; its twin's child finds the descriptor.

`LOOK` is a program that asks the kernel, with fstat(2), for the descriptor whose number it is told: by an argument, in
`STATUS_FD`, or on its standard input.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for Linux")

HEAD = """
import asyncio
import multiprocessing
import os
import shlex
import socket
import struct
import subprocess
import sys

LOOK = '''
import os, sys
told = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STATUS_FD") or sys.stdin.readline()
try:
    os.fstat(int(told))
    print("open", flush=True)
except OSError:
    print("EBADF", flush=True)
'''
CHILD = [sys.executable, "-c", LOOK]


if __name__ == "__main__":  # so that the next numbers are free in every child
    for _ in range(60):
        os.dup(0)


"""

#: By name: the rule, the program, what mends it: texts, and what stands for them then; what the kernel says before.
PROGRAMS = {
    "left in the environment by a helper": (
        "INH303",
        """
def announce():
    writer = os.dup(1)
    os.environ["STATUS_FD"] = str(writer)
    return writer


def main():
    writer = announce()
    subprocess.run(CHILD)


main()
""",
        {"subprocess.run(CHILD)": "subprocess.run(CHILD, pass_fds=(writer,))"},
        "EBADF",
    ),
    "left in the environment for a helper": (
        "INH303",
        """
def announce():
    writer = os.dup(1)
    os.environ["STATUS_FD"] = str(writer)
    return writer


def launch(descriptors=()):
    subprocess.run(CHILD, pass_fds=descriptors)


def launch_without():
    subprocess.run(CHILD)


def main():
    writer = announce()
    launch_without()


main()
""",
        {"    launch_without()\n": "    launch((writer,))\n"},
        "EBADF",
    ),
    "left in the environment for the next program": (
        "INH303",
        """
def reload(writer):
    environment = dict(os.environ, STATUS_FD=str(writer))
    subprocess.run([sys.executable, *sys.argv, "again"], env=environment, pass_fds=(writer,))


def tool():
    subprocess.run(CHILD)


if "again" in sys.argv:
    tool()
else:
    reload(os.dup(1))
""",
        {"subprocess.run(CHILD)": "subprocess.run(CHILD, pass_fds=(int(os.environ['STATUS_FD']),))"},
        "EBADF",
    ),
    "kept in an attribute": (
        "INH303",
        """
class Tool:
    def __init__(self):
        self.writer = os.dup(1)

    def command(self):
        return [*CHILD, str(self.writer)]

    def start(self):
        subprocess.run(self.command())


Tool().start()
""",
        {"self.command())": "self.command(), pass_fds=(self.writer,))"},
        "EBADF",
    ),
    "another one is passed": (
        "INH303",
        """
def main():
    reader, writer = os.pipe()
    subprocess.run([*CHILD, str(writer)], pass_fds=(reader,))


main()
""",
        {"(reader,)": "(reader, writer)"},
        "EBADF",
    ),
    "line of a shell": (
        "INH303",
        """
def main():
    writer = os.dup(1)
    line = shlex.join([*CHILD, str(writer)])
    subprocess.run(line, shell=True)


main()
""",
        {"shell=True": "shell=True, pass_fds=(writer,)"},
        "EBADF",
    ),
    "number of a connection": (
        "INH303",
        """
def main():
    receiver, sender = multiprocessing.Pipe(False)
    subprocess.run([*CHILD, str(sender.fileno())])


main()
""",
        {"str(sender.fileno())]": "str(sender.fileno())], pass_fds=(sender.fileno(),)"},
        "EBADF",
    ),
    "keyword argument of a worker": (
        "INH503",
        """
def work(number):
    try:
        os.fstat(number)
        print("open", flush=True)
    except OSError:
        print("EBADF", flush=True)


def main():
    options = {}
    options["number"] = os.dup(1)
    worker = multiprocessing.get_context("spawn").Process(target=work, kwargs=options)
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
""",
        {"os.dup(1)": "1"},
        "EBADF",
    ),
    "standard input of a worker": (
        "INH503",
        """
spawn = multiprocessing.get_context("spawn")


def work(number):
    try:
        print(os.read(number, 100).decode().strip() or "nothing", flush=True)
    except OSError:
        print("EBADF", flush=True)


def outer():
    worker = spawn.Process(target=work, args=(sys.stdin.fileno(),))
    worker.start()
    worker.join()


if __name__ == "__main__":
    first = spawn.Process(target=outer)
    first.start()
    first.join()
""",
        {"sys.stdin.fileno()": "0"},
        "nothing",
    ),
    "written to a child": (
        "INH501",
        """
def main():
    descriptor = os.dup(1)
    child = subprocess.Popen(CHILD, stdin=subprocess.PIPE)
    child.stdin.write(b"%d\\n" % descriptor)
    child.stdin.close()
    child.wait()


main()
""",
        {"stdin=subprocess.PIPE)": "stdin=subprocess.PIPE, pass_fds=(descriptor,))"},
        "EBADF",
    ),
    "input of a child": (
        "INH501",
        """
def main():
    descriptor = os.dup(1)
    subprocess.run(CHILD, input=str(descriptor).encode())


main()
""",
        {"input=": "pass_fds=(descriptor,), input="},
        "EBADF",
    ),
    "packed over a socket": (
        "INH501",
        """
PEER = '''
import os, socket, struct, sys
peer = socket.socket(fileno=0)
(number,) = struct.unpack("i", peer.recv(4))
try:
    os.fstat(number)
    print("open", flush=True)
except OSError:
    print("EBADF", flush=True)
'''


def main():
    ours, theirs = socket.socketpair()
    descriptor = os.dup(1)
    child = subprocess.Popen([sys.executable, "-c", PEER], stdin=theirs)
    ours.sendall(struct.pack("i", descriptor))
    child.wait()


main()
""",
        {"stdin=theirs)": "stdin=theirs, pass_fds=(descriptor,))"},
        "EBADF",
    ),
    "number that a child writes": (
        "INH502",
        """
CHILD_OPENS = "import os; print(os.dup2(os.open('/dev/null', os.O_RDONLY), 200))"


def main():
    output = subprocess.check_output([sys.executable, "-c", CHILD_OPENS])
    try:
        os.dup(int(output))
        print("open", flush=True)
    except OSError:
        print("EBADF", flush=True)


main()
""",
        {"os.dup(int(output))": "os.dup(1)"},
        "EBADF",
    ),
    "connection on the number of standard input": (
        "INH106",
        """
def main():
    listener = socket.create_server(("localhost", 0))
    caller = socket.create_connection(listener.getsockname())
    os.close(0)
    connection, address = listener.accept()
    subprocess.run([*CHILD, "0"])


main()
""",
        {"listener.accept()\n": "listener.accept()\n    connection.set_inheritable(True)\n"},
        "EBADF",
    ),
}


#: The same of packages that start children: by name, the package, the program, and what mends it.
STARTERS = {
    "tornado": (
        "tornado.process",
        """
from tornado.process import Subprocess


def main():
    writer = os.dup(1)
    Subprocess([*CHILD, str(writer)]).proc.wait()


main()
""",
        {"str(writer)])": "str(writer)], pass_fds=(writer,))"},
    ),
    "twisted": (
        "twisted.internet",
        """
from twisted.internet import protocol, reactor


class Look(protocol.ProcessProtocol):
    def outReceived(self, data):
        print(data.decode(), flush=True)

    def processEnded(self, reason):
        reactor.stop()


def main():
    writer = os.dup(1)
    reactor.spawnProcess(Look(), sys.executable, [*CHILD, str(writer)], None)
    reactor.run()


main()
""",
        {"], None)": "], None, childFDs={0: 'w', 1: 'r', 2: 'r', writer: writer})"},
    ),
    "sh": (
        "sh",
        """
import sh


def main():
    writer = os.dup(1)
    print(sh.Command(sys.executable)("-c", LOOK, str(writer)))


main()
""",
        {
            "    print": "    os.set_inheritable(writer, True)\n    print",
            "str(writer)))": "str(writer), _pass_fds=[writer]))",
        },
    ),
    "plumbum": (
        "plumbum",
        """
from plumbum import local


def main():
    writer = os.dup(1)
    print(local[sys.executable]("-c", LOOK, str(writer)))


main()
""",
        {"str(writer)))": "str(writer), pass_fds=(writer,)))"},
    ),
    "psutil": (
        "psutil",
        """
import psutil


def main():
    writer = os.dup(1)
    psutil.Popen([*CHILD, str(writer)]).wait()


main()
""",
        {"str(writer)])": "str(writer)], pass_fds=(writer,))"},
    ),
    "anyio": (
        "anyio",
        """
import anyio


async def main():
    writer = os.dup(1)
    done = await anyio.run_process([*CHILD, str(writer)])
    print(done.stdout.decode(), flush=True)


anyio.run(main)
""",
        {"str(writer)])": "str(writer)], pass_fds=(writer,))"},
    ),
    "trio": (
        "trio",
        """
import trio


async def main():
    writer = os.dup(1)
    await trio.run_process([*CHILD, str(writer)])


trio.run(main)
""",
        {"str(writer)])": "str(writer)], pass_fds=(writer,))"},
    ),
    "ptyprocess": (
        "ptyprocess",
        """
from ptyprocess import PtyProcess


def main():
    writer = os.dup(1)
    child = PtyProcess.spawn([*CHILD, str(writer)])
    print(child.read().decode(), flush=True)
    child.wait()


main()
""",
        {
            "    child =": "    os.set_inheritable(writer, True)\n    child =",
            "str(writer)])": "str(writer)], pass_fds=(writer,))",
        },
    ),
    "a terminal": (
        "pty",
        """
import pty


def main():
    writer = os.dup(1)
    pty.spawn([*CHILD, str(writer)])


main()
""",
        {"    pty.spawn": "    os.set_inheritable(writer, True)\n    pty.spawn"},
    ),
}


def run(program: str, folder: Path) -> str:
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path)], input="told\n", capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def codes(program: str) -> set[str]:
    return {finding.code for finding in analyse("program.py", program.encode(), Target()).findings}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_child_finds_what_the_rule_says(name: str, tmp_path: Path) -> None:
    code, text, mending, seen = PROGRAMS[name]
    assert codes(HEAD + text) == {code}
    assert run(HEAD + text, tmp_path) == seen
    mended = text
    for before, after in mending.items():
        assert before in mended
        mended = mended.replace(before, after)
    assert code not in codes(HEAD + mended)
    assert run(HEAD + mended, tmp_path) != seen


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_the_number_of_standard_input_is_the_same_in_a_worker_of_the_program_itself(
    method: str, tmp_path: Path
) -> None:
    program = f"""
def work(number):
    print(os.read(number, 100).decode().strip(), flush=True)


if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    worker = context.Process(target=work, kwargs={{"number": sys.stdin.fileno()}})
    worker.start()
    worker.join()
"""
    assert codes(HEAD + program) == set()
    assert run(HEAD + program, tmp_path) == "told"


@pytest.mark.parametrize("name", STARTERS)
def test_the_child_of_another_package_finds_what_the_rule_says(name: str, tmp_path: Path) -> None:
    package, text, mending = STARTERS[name]
    pytest.importorskip(package)
    assert codes(HEAD + text) == {"INH303"}
    assert "EBADF" in run(HEAD + text, tmp_path)
    for before, after in mending.items():
        assert before in text
        text = text.replace(before, after)
    assert "INH303" not in codes(HEAD + text)
    assert "open" in run(HEAD + text, tmp_path)
