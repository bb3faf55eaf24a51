"""What would break if a fix that looks harmless were safe: without `--unsafe-fixes` these programs stay as they are."""

import pytest

from inheritlint.pipeline.fixing import apply_fixes

from .judging import TARGET, everything

HEAD = "import contextlib\nimport os\nimport socket\nimport subprocess\n\n\n"
OPENED = "    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)\n"
HOSTILE = {
    "a function inside closes the descriptor before the reset would": (
        "def f(path, bad):\n" + OPENED + "    def clean():\n        os.close(fd)\n\n    os.set_inheritable(fd, True)\n"
        '    if bad:\n        clean()\n        return\n    os.system("x")\n    os.set_inheritable(fd, False)\n'
    ),
    "the caller's own function may close the descriptor": (
        "def f(fd, prepare):\n    os.set_inheritable(fd, True)\n    prepare()\n"
        '    os.system("x")\n    os.set_inheritable(fd, False)\n'
    ),
    "the descriptor's owner may close it": (
        "def f(fd, owner):\n    os.set_inheritable(fd, True)\n    owner.close()\n"
        '    os.system("x")\n    os.set_inheritable(fd, False)\n'
    ),
    "whoever is waited for may close the descriptor": (
        "async def f(fd, done):\n    os.set_inheritable(fd, True)\n    await done\n"
        '    os.system("x")\n    os.set_inheritable(fd, False)\n'
    ),
    "a handler around closes the descriptor, too": (
        "def f(path, bad):\n" + OPENED + '    try:\n        os.set_inheritable(fd, True)\n        os.system("x")\n'
        "        os.close(fd)\n    except ValueError:\n        pass\n    if bad:\n        os.close(fd)\n"
    ),
    "a handler waits for the error of a descriptor that is closed": (
        "def f(fd, args):\n    try:\n        os.set_inheritable(fd, True)\n    except OSError:\n        return\n"
        "    try:\n        subprocess.run(args, pass_fds=(fd,))\n    finally:\n        os.set_inheritable(fd, False)\n"
    ),
    "the function says whether the descriptor is inheritable": (
        "def f(path, args):\n" + OPENED + "    try:\n        os.set_inheritable(fd, True)\n"
        "        print(os.get_inheritable(fd))\n        subprocess.run(args, pass_fds=(fd,))\n"
        "    finally:\n        os.close(fd)\n"
    ),
    "the function says whether a new descriptor is inheritable": (
        'def f():\n    fd = os.memfd_create("x", 0)\n    print(os.get_inheritable(fd))\n    os.close(fd)\n'
    ),
    "something around may take every exception": (
        "def f(quiet):\n    with quiet():\n        sock = socket.socket()\n        os.set_inheritable(sock, False)\n"
    ),
    "the error of a wrong argument is expected": (
        "def f():\n    sock = socket.socket()\n    with contextlib.suppress(TypeError):\n"
        "        os.set_inheritable(sock, False)\n    return sock\n"
    ),
    "`pass_fds` may be empty, and then `close_fds=False` counts": (
        "def f(args, fds=()):\n    subprocess.run(args, close_fds=False, pass_fds=fds)\n"
    ),
    "the number of a socket has a name of its own": (
        "def f():\n    sock = socket.socket()\n    number = sock.fileno()\n    os.set_inheritable(number, False)\n"
        "    return sock\n"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_fix_that_could_break_the_program_is_not_safe(name: str) -> None:
    text = f"{HEAD}{HOSTILE[name]}".encode()
    assert apply_fixes("hostile.py", text, TARGET, everything, False).data == text


def test_a_name_that_may_be_imported_by_a_star_is_not_taken() -> None:
    text = (
        "import os\nimport socket\nfrom names import *\n\n\ndef f(sock):\n"
        "    message, fds, flags, address = socket.recv_fds(sock, 1, 2)\n    print(descriptor)\n"
    )
    mended = apply_fixes("stars.py", text.encode(), TARGET, everything, True).data.decode()
    assert "for one_of_fds in fds:" in mended


def test_a_socket_of_an_option_that_is_not_given_still_works() -> None:
    text = (
        "import argparse\nimport os\nimport socket\n\nparser = argparse.ArgumentParser()\n"
        'parser.add_argument("--fd", type=int)\n'
        'listener = socket.socket(fileno=parser.parse_args().fd)\nos.system("date")\n'
    )
    mended = apply_fixes("serve.py", text.encode(), TARGET, everything, True).data.decode()
    assert "listener.set_inheritable(False)" in mended and "os.set_inheritable" not in mended
