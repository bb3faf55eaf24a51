"""Functions that call themselves on what is inside of what they are given: they come to rest soon."""

import time

import inheritlint

#: Goes through containers in containers, and puts back what it has taken out.
WALK = """\
import os
import random


def parse(texts, place, parameter):
    found = {}

    def walk(head, current=None):
        if current is None:
            current = head
        if isinstance(current, list):
            for each in current:
                walk(head, each)
        elif isinstance(current, dict):
            for key in current.keys():
                value = current[key]
                if isinstance(value, (bool, int, str)) or value in (None, []):
                    original = current[key]
                    if isinstance(value, bool):
                        current[key] = "%s%s" % (str(value), "*")
                    elif value is None:
                        current[key] = "%s%s" % (random.random(), "*")
                    elif value == []:
                        current[key] = ["%s%s" % (random.random(), "*")]
                    else:
                        current[key] = "%s%s" % (value, "*")
                    found["%s (%s)" % (parameter, key)] = texts[parameter]
                    current[key] = original
                elif isinstance(value, (list, tuple, set, dict)):
                    if value:
                        walk(head, value)

    head = texts.load()
    walk(head)
    fd = os.open(place, os.O_RDWR)
    os.set_inheritable(fd, True)
    return fd
"""


def test_containers_in_containers_take_no_time() -> None:
    began = time.process_time()
    assert [found.code for found in inheritlint.lint(WALK.encode(), path="walk.py")] == ["INH201"]
    assert time.process_time() - began < 6  # it was twenty, for elements that were counted again and again
