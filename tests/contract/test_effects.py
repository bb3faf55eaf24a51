"""An effect is an effect, wherever in the code it stands."""

import textwrap

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

EFFECTS = {
    "INH201": "os.set_inheritable(fd, True)",
    "INH101": "print(os.open(path, os.O_RDONLY))",
    "INH301": "subprocess.Popen(path, close_fds=False)",
    "INH108": "os.dup2(fd, fd)",
}
PLACES = {
    "a statement": "EFFECT",
    "a value": "value = EFFECT",
    "a return": "return EFFECT",
    "an operand of and": "value = path and EFFECT",
    "an operand of or": "value = path or EFFECT",
    "an operand of a comparison": "value = EFFECT == path",
    "an operand of a sum": "value = [path] + [EFFECT]",
    "a chosen value": "value = EFFECT if path else None",
    "the other choice": "value = None if path else EFFECT",
    "a condition": "if EFFECT:\n    pass",
    "a second condition": "if path:\n    pass\nelif EFFECT:\n    pass",
    "the test of a loop": "while EFFECT:\n    break",
    "what a loop goes over": "for each in (EFFECT,):\n    pass",
    "an argument": "print(EFFECT)",
    "a keyword argument": "print(end=EFFECT)",
    "an unpacked argument": "print(*[EFFECT])",
    "a default": "def inner(value=EFFECT):\n    return value",
    "a default of a lambda": "value = lambda value=EFFECT: value",
    "a decorator": "@print(EFFECT)\ndef inner():\n    return None",
    "a base of a class": "class Inner(print(EFFECT)):\n    pass",
    "a keyword of a class": "class Inner(metaclass=print(EFFECT)):\n    pass",
    "the body of a class": "class Inner:\n    value = EFFECT",
    "a comprehension": "value = [EFFECT for each in path]",
    "a comprehension's condition": "value = [each for each in path if EFFECT]",
    "what a comprehension goes over": "value = {each for each in (EFFECT,)}",
    "a dict": "value = {'key': EFFECT}",
    "an index": "value = path[EFFECT]",
    "an index that is assigned": "path[EFFECT] = 1",
    "an index that is deleted": "del path[EFFECT]",
    "a slice": "value = path[EFFECT:]",
    "a with header": "with print(EFFECT):\n    pass",
    "a second with header": "with open(path) as first, print(EFFECT) as second:\n    pass",
    "a function that is called at once": "(lambda: EFFECT)()",
    "a nested function that is called": "def inner():\n    EFFECT\ninner()",
    "a text": "value = f'{EFFECT}'",
    "a format of a text": "value = f'{path:{EFFECT}}'",
    "an assertion": "assert EFFECT",
    "the message of an assertion": "assert path, EFFECT",
    "what is raised": "raise ValueError(EFFECT)",
    "a named expression": "if (value := EFFECT):\n    pass",
    "a match": "match EFFECT:\n    case None:\n        pass",
    "a guard of a match": "match path:\n    case None if EFFECT:\n        pass",
    "a body of a match": "match path:\n    case [first, *rest]:\n        EFFECT",
    "a try": "try:\n    EFFECT\nexcept OSError:\n    pass",
    "a handler": "try:\n    print(path[0])\nexcept KeyError:\n    EFFECT",
    "an else of a try": "try:\n    print(path)\nexcept OSError:\n    pass\nelse:\n    EFFECT",
    "a finally": "try:\n    print(path)\nfinally:\n    EFFECT",
    "an else of a loop": "for each in path:\n    pass\nelse:\n    EFFECT",
    "a generator": "yield EFFECT",
    "an augmented assignment": "path += EFFECT",
    "an annotated assignment": "value: object = EFFECT",
    "a chained comparison": "value = 0 < path < EFFECT",
    "a negation": "value = not EFFECT",
    "an unpacking": "first, second = EFFECT, path",
}


@pytest.mark.parametrize("code", EFFECTS)
@pytest.mark.parametrize("place", PLACES)
def test_an_effect_is_seen_in_every_place(place: str, code: str) -> None:
    body = textwrap.indent(PLACES[place].replace("EFFECT", EFFECTS[code]), "    ")
    program = f"import os\nimport subprocess\n\n\ndef work(fd, path):\n{body}\n"
    found = {each.code for each in analyse("program.py", program.encode(), Target()).findings}
    assert code in found, program
