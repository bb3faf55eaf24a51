"""Ends that stay open too long: each program waits in vain, and its twin that closes them does not.

A program says within a second what it saw; `patience` is the alarm that ends a wait for what never comes.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

sys.path.insert(0, str(Path(__file__).parent))
from programs_readers import CLIENT, READERS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for Linux")

HEAD = """
import asyncio
import multiprocessing
import multiprocessing.connection
import os
import pty
import signal
import socket
import subprocess
import threading
import time


def give_up(*_):
    print("waits", flush=True)
    os._exit(0)


def patience():
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(1)


"""

#: By name: the rule, the program, the line that mends it. `CLOSE` is where that line stands.
PROGRAMS = {
    "standard output": (
        "INH601",
        """
def main():
    reader, writer = os.pipe()
    subprocess.run(["echo", "hello"], stdout=writer)
    CLOSE
    patience()
    os.fdopen(reader).read()
    print("ends")


main()
""",
        "os.close(writer)",
    ),
    "descriptor by its number": (
        "INH601",
        """
def main():
    reader, writer = os.pipe()
    subprocess.run(["true"], pass_fds=(writer,))
    CLOSE
    patience()
    while os.read(reader, 10):
        pass
    print("ends")


main()
""",
        "os.close(writer)",
    ),
    "terminal": (
        "INH601",
        """
def main():
    master, slave = pty.openpty()
    subprocess.run(["echo", "hello"], stdin=slave, stdout=slave)
    CLOSE
    patience()
    while True:
        try:
            os.read(master, 100)
        except OSError:
            break
    print("ends")


main()
""",
        "os.close(slave)",
    ),
    "pair of sockets": (
        "INH601",
        """
def main():
    ours, theirs = socket.socketpair()
    subprocess.run(["echo", "hello"], stdout=theirs)
    CLOSE
    patience()
    while ours.recv(100):
        pass
    print("ends")


main()
""",
        "theirs.close()",
    ),
    "file of a socket": (
        "INH601",
        """
def main():
    ours, theirs = socket.socketpair()
    subprocess.run(["echo", "hello"], stdout=theirs)
    subprocess.run(["echo", "hello"], stdout=theirs)
    CLOSE
    patience()
    ours.makefile().read()
    print("ends")


main()
""",
        "theirs.close()",
    ),
    "connection to a worker": (
        "INH601",
        """
def work(sender):
    sender.send("ready")


def main():
    receiver, sender = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("spawn").Process(target=work, args=(sender,))
    worker.start()
    CLOSE
    receiver.recv()
    worker.join()
    patience()
    try:
        receiver.recv()
    except EOFError:
        print("ends")


if __name__ == "__main__":
    main()
""",
        "sender.close()",
    ),
    "parent of a fork": (
        "INH601",
        """
def main():
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    CLOSE
    patience()
    os.fdopen(reader).read()
    print("ends")


main()
""",
        "os.close(writer)",
    ),
    "child of a fork": (
        "INH602",
        """
def main():
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        CLOSE
        patience()
        os.fdopen(reader).read()
        print("ends", flush=True)
        os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)


main()
""",
        "os.close(writer)",
    ),
    "worker under fork": (
        "INH602",
        """
def hear(lifeline):
    try:
        lifeline.recv()
    except EOFError:
        print("ends", flush=True)


def watch(lifeline, keep):
    CLOSE
    patience()
    thread = threading.Thread(target=hear, args=(lifeline,))
    thread.start()
    thread.join()


def main():
    context = multiprocessing.get_context("fork")
    lifeline, keep = context.Pipe(duplex=False)
    worker = context.Process(target=watch, args=(lifeline, GIVEN))
    worker.start()
    keep.close()
    worker.join()


main()
""",
        "keep.close()",
    ),
    "listening socket": (
        "INH602",
        """
def main():
    listener = socket.create_server(("127.0.0.1", 0))
    listener.listen()
    address = listener.getsockname()
    pid = os.fork()
    if pid == 0:
        CLOSE
        time.sleep(1)
        os._exit(0)
    listener.close()
    time.sleep(0.3)
    try:
        socket.create_server(address).close()
        print("ends")
    except OSError:
        print("waits")
    os.waitpid(pid, 0)


main()
""",
        "listener.close()",
    ),
    "listening socket that a function closes": (
        "INH602",
        """
def end(listener):
    listener.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    listener.listen()
    address = listener.getsockname()
    pid = os.fork()
    if pid == 0:
        CLOSE
        time.sleep(1)
        os._exit(0)
    end(listener)
    time.sleep(0.3)
    try:
        socket.create_server(address).close()
        print("ends")
    except OSError:
        print("waits")
    os.waitpid(pid, 0)


main()
""",
        "end(listener)",
    ),
    "accepted connection": (
        "INH602",
        """
def serve(listener):
    while True:
        client, _ = listener.accept()
        if os.fork() == 0:
            client.sendall(b"hello")
            os._exit(0)
        CLOSE
"""
        + CLIENT,
        "client.close()",
    ),
    **READERS,
}


def program(name: str, *, mended: bool) -> str:
    _, text, line = PROGRAMS[name]
    given, closed = ("keep", line) if mended else ("None", "pass")
    return HEAD + text.replace("CLOSE", closed).replace("GIVEN", given).lstrip("\n")


@pytest.mark.parametrize("mended", [False, True], ids=["as it is", "mended"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_end_is_reported_where_something_waits_for_it_in_vain(name: str, mended: bool, tmp_path: Path) -> None:
    text = program(name, mended=mended)
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["ends" if mended else "waits"], done.stderr
    found = [each.code for each in analyse("program.py", text.encode(), Target()).findings]
    assert found == ([] if mended else [PROGRAMS[name][0]])
