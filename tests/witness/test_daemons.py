"""What python-daemon's context closes: each program's descriptor is gone when it is used, its twin's is there."""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

pytest.importorskip("daemon")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for Linux")

HEAD = """
import csv
import http.server
import logging
import logging.handlers
import os
import socket
import socketserver
import sqlite3
import sys
from multiprocessing import Pipe

import daemon

handled = []


class Note(socketserver.BaseRequestHandler):
    def handle(self):
        handled.append(self.client_address)
"""
CONTEXT = "daemon.DaemonContext(detach_process=False, stdout=sys.stdout, stderr=sys.stderr)"
#: By name: what is made before the context, how it is used inside, and what mends it.
KINDS = {
    "file": ('log = open(path, "a")', 'log.write("kept")\n        log.flush()', "log"),
    "rows": (
        'file = open(path, "a")\n    rows = csv.writer(file)',
        "rows.writerow(['kept'])\n        file.flush()",
        "file",
    ),
    "descriptor": ("fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)", 'os.write(fd, b"kept")', "fd"),
    "pipe": ("receiver, sender = Pipe()", 'sender.send("kept")', "receiver, sender"),
    "handler": (
        'handler = logging.FileHandler(path)\n    logging.getLogger("d").addHandler(handler)',
        'logging.raiseExceptions = False\n        logging.getLogger("d").warning("kept")\n'
        "        assert os.path.getsize(path)",
        "handler.stream",
    ),
    "rotating handler": (
        'handler = logging.handlers.RotatingFileHandler(path)\n    logging.getLogger("d").addHandler(handler)',
        'logging.raiseExceptions = False\n        logging.getLogger("d").warning("kept")\n'
        "        assert os.path.getsize(path)",
        "handler.stream",
    ),
    "server": (
        'server = socketserver.TCPServer(("127.0.0.1", 0), Note)\n'
        "    caller = socket.create_connection(server.server_address)",
        "server.handle_request()\n        assert handled",
        "server.socket",
    ),
    "web server": (
        'server = http.server.HTTPServer(("127.0.0.1", 0), Note)\n'
        "    caller = socket.create_connection(server.server_address)",
        "server.handle_request()\n        assert handled",
        "server.socket",
    ),
}
DATABASE = "database = sqlite3.connect(path, isolation_level=None)", 'database.execute("create table kept (a)")'


def program(made: str, used: str, context: str) -> str:
    return f"""{HEAD}

def main(path):
    {made}
    with {context}:
        {used}
    print("kept", flush=True)


main(sys.argv[1])
"""


def runs(text: str, folder: Path) -> bool:
    """Whether a program comes to its end."""
    path, file = folder / "program.py", folder / "file"
    path.write_text(text, encoding="utf-8")
    file.write_bytes(b"")
    done = subprocess.run(
        [sys.executable, str(path), str(file)], capture_output=True, text=True, check=False, timeout=60, cwd=folder
    )
    return done.returncode == 0 and done.stdout.endswith("kept\n")


def codes(text: str) -> set[str]:
    return {finding.code for finding in analyse("program.py", text.encode(), Target()).findings}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_preserved_is_closed(kind: str, tmp_path: Path) -> None:
    made, used, preserved = KINDS[kind]
    text = program(made, used, CONTEXT)
    assert codes(text) == {"INH310"}
    assert not runs(text, tmp_path)
    mended = program(made, used, f"{CONTEXT[:-1]}, files_preserve=[{preserved}])")
    assert codes(mended) == set()
    assert runs(mended, tmp_path)


def test_a_database_is_opened_inside(tmp_path: Path) -> None:
    made, used = DATABASE
    text = program(made, used, CONTEXT)
    assert codes(text) == {"INH310"}
    assert not runs(text, tmp_path)
    mended = program("pass", f"{made}\n        {used}", CONTEXT)
    assert codes(mended) == set()
    assert runs(mended, tmp_path)
