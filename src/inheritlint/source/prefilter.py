"""Bytes to: is anything here relevant? Never imports LibCST, never decodes."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from inheritlint.knowledge.platforms import WINDOWS_FLAGS
from inheritlint.knowledge.stream_closings import NAME_CLOSED, NUMBER_CLOSED, NUMBER_KEPT, NUMBERS_CLOSED
from inheritlint.knowledge.triggers import (
    CO_OCCURRENCES,
    COMMON_POSITIONAL,
    DEFAULTS,
    DISTINCTIVE_NAMES,
    LEAVING,
    OF_OS,
    OPEN_FLAG_PREFIX,
    OS_MODULES,
    POSITIONAL,
    SERVED,
    CoOccurrence,
)

try:
    from stringzilla import find
except ImportError:  # an interpreter for which there is no wheel: the same answers, later
    find = bytes.find

# A vectorised search for plain bytes is a thousand times as fast as an expression, and ten times as fast as `in`: so
# each expression below is only tried where one of its plain words stands.
_PLAIN = DISTINCTIVE_NAMES - WINDOWS_FLAGS - DEFAULTS.keys()
_RARE = tuple(sorted(name.encode() for name in _PLAIN if not any(other in name for other in _PLAIN - {name})))
_FLAGS = tuple(sorted(name.encode() for name in WINDOWS_FLAGS))
_MODULE = b"|".join(name.encode() for name in OS_MODULES)
# `os.open`, or a way to call it by another name: `import os as x`, `from os import`, `x = os`.
_OPENS = (
    *(rb"%b\s*\.\s*open\b" % name.encode() for name in OS_MODULES),
    rb"import\s[^\n]*\b(?:" + _MODULE + rb")\s+as\b",
    rb"from\s+(?:" + _MODULE + rb")\s+import\b",
)
_AS_A_VALUE = tuple(rb"%b\s*[,)\n]" % name.encode() for name in OS_MODULES)
# A descriptor and what is done with it stand in one function: a definition at the margin, or one of a class there.
_DEFINITION = rb"\n(?=(?:async )?def |class |@)"
_DEFINED, _CALLED = rb"\bdef\s+(\w+)", rb"(?<!def )\b(\w+)\s*\("
_VARIABLE = rb"(?:\b|_)(?:FDS?|FILENO)(?:_START)?\b"
_LEAVING = tuple(name.encode() for name in LEAVING)
_CLASS, _CLASS_NAME = rb"\nclass ([^\n]*)", rb"\nclass (\w+)"
_METHOD = rb"\n(?=[ \t]{1,8}(?:async )?def )"
# All that is said of a keyword, except what is so anyway.
_SAID = {name.encode(): f"{name}(?!\\s*=\\s*{value}\\s*[,)])".encode() for name, value in DEFAULTS.items()}
# The two ends of `getattr(os, "O_BINARY")`.
_ASKED, _DEMANDED = rb"\bgetattr\s*\([^()]*$", rb"['\"]\s*,?\s*\)"
# A comment that suppresses one of our rules.
_SILENCED = rb"(?i)#\s*noqa\s*:[^\n]*\bINH"
# What separates arguments, and what one that is no positional one begins with.
_COMMAS = rb"[(\[{)\]}]|,(?:\s*\w+\s*=(?!=))?"
_STREAMS = (b"stdin", b"stdout", b"stderr", b"close(", b"close (")
_OS = tuple(name.encode() for name in OS_MODULES)
_RENAMED = rb"(?:" + _MODULE + rb")\s+as\b"
_IMPORTED = rb"\s+as\s+(\w+)"
_ASSIGNED = rb"\s*(?:\w+\s*\.\s*)?(\w+)\s*(?::[^=]*)?=\s*(?:\w+\s*\.\s*)*"
_INHERITING = rb"\s*class\s+(\w+)\s*\([\w\s.,]*"
# Each plain word that some pair of names asks for: a file is searched for it once.
_WORDS = tuple(
    {
        word: None
        for pair in (*CO_OCCURRENCES, SERVED)
        for words in (pair.hints, pair.needs, pair.also, pair.unless)
        for word in words
    }
)
#: An expression is compiled when a file first needs it: one small clean file is read in the time that all take.
_compiled: Callable[[bytes], re.Pattern[bytes]] = cache(re.compile)


def may_be_relevant(data: bytes, *, stdio_server: bool = False) -> bool:
    """True where one of the names we know stands in the bytes; a false answer means that no rule can fire. With
    `stdio_server` whatever starts a child is relevant."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if _holds(data, _RARE):
        return True
    if any(find(data, name) >= 0 and _compiled(said).search(data) for name, said in _SAID.items()):
        return True
    if find(data, OPEN_FLAG_PREFIX) >= 0 and any(_stands_bare(data, flag) for flag in _FLAGS):
        return True
    if find(data, b"open") >= 0 and (find(data, OPEN_FLAG_PREFIX) >= 0 or find(data, b".open") >= 0) and _opens(data):
        return True
    if find(data, b"close") >= 0 and _holds(data, _STREAMS) and _closes_a_stream(data):
        return True
    words = _words_in(data)
    if any(_stand_together(data, words, pair) for pair in _pairs(stdio_server=stdio_server)):
        return True
    if any(_has_eight_arguments(data, end) for name in POSITIONAL for end in _ends(data, name)):
        return True
    called = _calls(data, COMMON_POSITIONAL) if find(data, b"subprocess") >= 0 else ()
    return any(_has_eight_arguments(data, start) for start in called)


def may_contain_suppression(data: bytes) -> bool:
    """True where a comment may suppress one of our rules."""
    return find(data, b"INH") >= 0 and _compiled(_SILENCED).search(data) is not None


def matching_co_occurrences(data: bytes, *, stdio_server: bool = False) -> tuple[CoOccurrence, ...]:
    """Those pairs of names of which a file with the content `data` has the sign."""
    words = _words_in(data)
    return tuple(pair for pair in _pairs(stdio_server=stdio_server) if _has_sign(data, words, pair))


def _pairs(*, stdio_server: bool) -> tuple[CoOccurrence, ...]:
    return (*CO_OCCURRENCES, SERVED) if stdio_server else CO_OCCURRENCES


def _holds(data: bytes, words: Iterable[bytes]) -> bool:
    return any(find(data, word) >= 0 for word in words)


def _words_in(data: bytes) -> frozenset[bytes]:
    """Those of `_WORDS` that stand in `data`."""
    return frozenset([word for word in _WORDS if find(data, word) >= 0])


def _has_sign(data: bytes, words: frozenset[bytes], pair: CoOccurrence) -> bool:
    if pair.hints and words.isdisjoint(pair.hints):
        return False
    if pair.needs and words.isdisjoint(pair.needs):
        return False
    if (pair.also and words.isdisjoint(pair.also)) or not words.isdisjoint(pair.unless):
        return False
    return next(_signs(data, pair), None) is not None


def _signs(data: bytes, pair: CoOccurrence) -> Iterator[int]:
    """Where `data` has the sign of `pair`."""
    if not pair.signs:
        yield from _made(data, pair.others - {"open"})
        yield from _calls(data, ["os.open"] if "open" in pair.others else ())
    else:
        yield from (match.start() for sign in pair.signs for match in _compiled(sign).finditer(data))


@lru_cache(maxsize=4)  # several pairs ask for the same of one file
def _made(data: bytes, names: frozenset[str]) -> tuple[int, ...]:
    """Where one of `names` is called that make a descriptor."""
    return tuple(_calls(data, names))


def _stands_bare(data: bytes, flag: bytes) -> bool:
    """Whether `flag` stands somewhere outside of quotes, or is asked for as something that must be there:
    `getattr(os, "O_BINARY", 0)` is what careful programs say."""
    for end in _ends(data, flag):
        start = end - len(flag) - 1
        if data[start : start + 1] not in (b"'", b'"'):
            return True
        if _compiled(_DEMANDED).match(data, end) and _compiled(_ASKED).search(data[max(0, start - 80) : start]):
            return True
    return False


def _ends(data: bytes, word: bytes) -> Iterator[int]:
    """Where each `word` in `data` ends."""
    place = find(data, word)
    while place >= 0:
        yield (end := place + len(word))
        place = find(data, word, end)


def _opens(data: bytes) -> bool:
    if any(_compiled(opens).search(data) for opens in _OPENS):
        return True
    values = (match.start() for pattern in _AS_A_VALUE for match in _compiled(pattern).finditer(data))
    return any(data[max(0, start - 40) : start].rstrip()[-1:] in (b"=", b"(", b",") for start in values)


def _closes_a_stream(data: bytes) -> bool:
    if _compiled(NUMBER_CLOSED).search(data) or _compiled(NUMBERS_CLOSED).search(data):
        return True
    return find(data, b"fileno") >= 0 and all(_compiled(each).search(data) for each in (NUMBER_KEPT, NAME_CLOSED))


def _stand_together(data: bytes, words: frozenset[bytes], pair: CoOccurrence) -> bool:
    if not _has_sign(data, words, pair):
        return False
    names = list(_calls(data, pair.names, _only_of_os(pair, data), handed=pair.known))
    if not names or pair.anywhere:
        return bool(names)
    signs = list(_signs(data, pair))
    starts = [0, *_definitions(data), len(data)]
    named = {bisect_right(starts, place) for place in names}
    signed_in = {bisect_right(starts, place) for place in signs}
    if not named.isdisjoint(signed_in) or _call_each_other(data, starts, named, signed_in):
        return True
    if not pair.shared:
        return False
    if pair.kept_in_environment and _holds(data, _LEAVING) and _compiled(_VARIABLE).search(data):
        return True
    if _call_by_way_of_another(data, starts, named, signed_in):
        return True
    outer = [0, *(match.start() for match in _compiled(_DEFINITION).finditer(data)), len(data)]
    using, keeping = ({_before(outer, place) for place in places} for places in (names, signs))
    heads = {start: match[1] for start in using if (match := _compiled(_CLASS).match(data, start))}
    kept = {match[1] for start in keeping if (match := _compiled(_CLASS_NAME).match(data, start))}
    inherits = pair.kept_in_environment and any(name in head for head in heads.values() for name in kept)
    if inherits or not keeping.isdisjoint(heads):
        return True
    return any(_is_at_the_margin(data, place) for place in signs)


def _call_each_other(data: bytes, starts: list[int], some: set[int], others: set[int]) -> bool:
    """Whether one of `some` definitions calls one of `others`, or is called by it; each is the number of a stretch
    that ends at that place of `starts`."""
    defined: list[set[bytes]] = []
    called: list[set[bytes]] = []
    for numbers in (some, others):
        texts = [data[starts[number - 1] : starts[number]] for number in numbers]
        defined.append({match[1] for text in texts if (match := _compiled(_DEFINED).search(text))})
        called.append({name for text in texts for name in _compiled(_CALLED).findall(text)})
    return not (defined[0].isdisjoint(called[1]) and defined[1].isdisjoint(called[0]))


def _call_by_way_of_another(data: bytes, starts: list[int], some: set[int], others: set[int]) -> bool:
    """Whether one of `some` definitions calls one that calls one of `others`."""
    texts = [data[start:end] for start, end in pairwise(starts)]
    names = [match[1] if (match := _compiled(_DEFINED).search(text)) else b"" for text in texts]
    called = [set(_compiled(_CALLED).findall(text)) for text in texts]
    inner = {names[number - 1] for number in others}
    between = {name for name, calls in zip(names, called, strict=True) if name and not calls.isdisjoint(inner)}
    return any(not called[number - 1].isdisjoint(between) for number in some)


def _before(starts: list[int], place: int) -> int:
    return starts[bisect_right(starts, place) - 1]


def _is_at_the_margin(data: bytes, place: int) -> bool:
    """Whether the line at `place` stands in no definition: the module keeps in a variable what it makes there."""
    start = data.rfind(b"\n", 0, place) + 1
    return data[start : start + 1].isalpha() or data[start : start + 1] in (b"_", b"(")


def _calls(
    data: bytes, names: Iterable[str], of_os: frozenset[str] = frozenset(), *, handed: bool = False
) -> Iterator[int]:
    """Where one of `names` is called, or given where it is a keyword; with `handed` also where it is a value, which is
    called elsewhere. Those in `of_os` stand alone, or after the name of the module."""
    wanted = list(names)
    for name in wanted:  # which grows by the other names of these
        if find(data, name.rstrip("=").encode()) < 0:
            continue
        for match in _call_of(name).finditer(data):
            before = data[max(0, match.start() - 20) : match.start()]
            if before[-1:].isalnum() or before[-1:] == b"_" or before.endswith(b"def "):
                continue
            if value := match["value"]:
                wanted += [other for other in _other_names(data, match.start(), value) if other not in wanted]
                if not handed or value[-1:] not in b",)]}\n":
                    continue
            if name not in of_os or not before.rstrip().endswith(b".") or before.rstrip(b" .\\\t\r\n").endswith(_OS):
                yield match.start()


def _call_of(name: str) -> re.Pattern[bytes]:
    """Where `name` is called, or is a value: what says so."""
    if name.endswith("="):
        return _compiled(rb"%b\s*=(?!=)(?P<value>)" % name[:-1].encode())
    return _compiled(rb"%b(?:\s*\(|(?P<value>\s+as\s+\w+|\s*(?:[,)\]}\n#;]|\Z)))" % name.encode())


def _other_names(data: bytes, start: int, after: bytes) -> Iterator[str]:
    """What else the file calls what it names at `start`, with `after` behind the name: as what it imports it, the
    variable that it gives it to, the class of which it is a base."""
    before = data[data.rfind(b"\n", 0, start) + 1 : start]
    for pattern, text in ((_IMPORTED, after), (_ASSIGNED, before), (_INHERITING, before)):
        if match := _compiled(pattern).fullmatch(text):
            yield match[1].decode(errors="replace")


def _only_of_os(pair: CoOccurrence, data: bytes) -> frozenset[str]:
    """Those names of `pair` that are known as functions of `os` alone, where the file does not call it otherwise."""
    return frozenset() if not pair.known or _compiled(_RENAMED).search(data) else pair.names & OF_OS


def _definitions(data: bytes) -> list[int]:
    """Where a function begins: at the margin, or as a method of a class there. What stands between two of them is one
    function, or outside of all."""
    starts: list[int] = []
    decorated = False
    for match in _compiled(_DEFINITION).finditer(data):
        if not decorated:
            starts.append(match.start())
        decorated = data.startswith(b"\n@", match.start())  # what it decorates goes on with it
    for start, end in list(pairwise([*starts, len(data)])):
        if data.startswith(b"\nclass ", start):
            starts += [match.start() for match in _compiled(_METHOD).finditer(data, start + 1, end)]
    return sorted(starts)


def _has_eight_arguments(data: bytes, start: int) -> bool:
    """Whether seven commas stand between the parentheses that open after `start`, and no keyword before the last."""
    depth = commas = 0
    for match in _compiled(_COMMAS).finditer(data, start, start + 4000):
        token = match.group()
        if token in b"([{":
            depth += 1
        elif token in b")]}":
            depth -= 1
        elif depth == 1 and token != b",":
            return False
        elif depth == 1:
            commas += 1
        if depth <= 0 or commas >= 7:
            break
    return commas >= 7
