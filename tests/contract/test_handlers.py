"""Whatever can raise keeps the handler around it alive."""

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

RAISING = {
    "an attribute": "y = x.z",
    "a deleted attribute": "del x.z",
    "an item": "y = x[z]",
    "an item that is set": "x[z] = 1",
    "a deleted item": "del x[z]",
    "a slice": "y = x[1:z]",
    "a variable that may be unbound": "del w",
    "a call": "x()",
    "a method": "x.strip()",
    "text to bytes": "y = x.encode('ascii')",
    "bytes to text": "y = x.decode('ascii')",
    "a text by its bytes": "y = str(x, 'ascii')",
    "a number by its text": "y = int(x)",
    "arithmetic": "y = x / z",
    "a sign": "y = -x",
    "a comparison": "y = x < z",
    "a format": "y = '%d' % x",
    "a text with a value": "y = f'{x:{z}}'",
    "unpacking": "y, w = x",
    "a loop": "for y in x:\n            pass",
    "a with": "with x:\n            pass",
    "a raise": "raise OSError(x)",
    "an assertion": "assert x",
    "an import": "import unheard_of",
    "a file": "y = open(x)",
    "a variable of the environment": "y = os.environ['X']",
    "the next of an iterator": "y = next(x)",
    "a place in a text": "y = 'text'.index(x)",
    "one of a list": "y = [1, 2].index(x)",
    "the last of a list": "y = [].pop()",
    "a key": "y = {}[x]",
    "a length": "y = len(x)",
    "something sorted": "y = sorted(x)",
    "a dict": "y = dict(x)",
    "an attribute by its name": "y = getattr(x, z)",
    "a descriptor": "y = os.dup(x)",
    "a descriptor that is closed": "os.close(x)",
}


@pytest.mark.parametrize("raising", RAISING)
def test_a_handler_is_alive(raising: str) -> None:
    program = f"""import os
import subprocess


def work(x, z):
    if z:
        w = 1
    try:
        {RAISING[raising]}
    except BaseException:
        subprocess.call(["x"], close_fds=False)
"""
    assert [each.code for each in analyse("one.py", program.encode(), Target()).findings] == ["INH301"]
