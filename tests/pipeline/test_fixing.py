"""Fixing, with a made-up analysis: a word in the text is a finding, and each word has its own kind of fix."""

import ast
import codecs
import re
from collections import Counter
from collections.abc import Callable

import pytest

from inheritlint.findings import Edit, Finding, Fix, LineTable, Safety, Severity
from inheritlint.interpreter.target import Target
from inheritlint.pipeline import analysis
from inheritlint.pipeline.fixing import FixResult, _AppliedEdits, apply_fixes, promised
from inheritlint.source.reading import Unreadable, decode

Fixer = Callable[[re.Match[str], str], tuple[Edit, ...]]


def replaced(new: str) -> Fixer:
    return lambda match, _: (Edit(match.start(), match.end(), new),)


def with_import(match: re.Match[str], _: str) -> tuple[Edit, ...]:
    return Edit(0, 0, "import sys\n"), Edit(match.start(), match.end(), "sys")


def whole_line(match: re.Match[str], text: str) -> tuple[Edit, ...]:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.start())
    return (Edit(start, end, text[start:end].replace(match.group(), "whole", 1)),)


def indented(match: re.Match[str], _: str) -> tuple[Edit, ...]:
    return Edit(match.start(), match.start(), "    "), Edit(match.end(), match.end(), "_done")


def from_import(match: re.Match[str], _: str) -> tuple[Edit, ...]:
    return Edit(0, 0, "import early\n"), Edit(match.start(), match.end(), "early")


WORDS: dict[str, tuple[str, Safety, Fixer]] = {
    "bad": ("INH101", Safety.SAFE, replaced("good")),
    "two": ("INH102", Safety.SAFE, replaced("one\ntwo_lines")),
    "imp": ("INH103", Safety.SAFE, with_import),
    "line": ("INH104", Safety.SAFE, whole_line),
    "risky": ("INH201", Safety.UNSAFE, replaced("tamed")),
    "shown": ("INH202", Safety.DISPLAY, replaced("hidden")),
    "breaks": ("INH301", Safety.SAFE, replaced("(")),
    "worse": ("INH302", Safety.SAFE, replaced("shown")),
    "stays": ("INH303", Safety.SAFE, replaced("(stays)")),
    "chain": ("INH304", Safety.SAFE, replaced("risky")),
    "euro": ("INH401", Safety.SAFE, replaced("'€'")),
    "early": ("INH402", Safety.SAFE, lambda *_: ()),
    "future": ("INH403", Safety.SAFE, from_import),
    "void": ("INH404", Safety.SAFE, replaced("void")),
    "shift": ("INH405", Safety.SAFE, indented),
    "here": ("INH405", Safety.SAFE, replaced("left")),
    "there": ("INH405", Safety.SAFE, replaced("right")),
}
SEVERITIES: dict[str, Severity] = {}
WORD = re.compile(rf"\b({'|'.join(WORDS)})\b")


def made_up(
    path: str, data: bytes | Unreadable, _: Target, *, cached: bool = False, with_fixes: bool = True
) -> analysis.Analysis:
    source = data if isinstance(data, Unreadable) else decode(path, data)
    if isinstance(source, Unreadable):
        return analysis.Analysis(None, ())
    lines = LineTable(source.text)
    findings = []
    for match in WORD.finditer(source.text):
        code, safety, fixer = WORDS[match.group()]
        fix = Fix(fixer(match, source.text), safety, "mend it")
        span = lines.span(match.start(), match.end())
        findings.append(
            Finding(code, match.group(), SEVERITIES.get(match.group(), Severity.ERROR), match.group(), span, fix)
        )
    if ("left" in source.text) != ("right" in source.text):
        span = lines.span(0, 0)
        findings.insert(0, Finding("INH406", "half", Severity.ERROR, "half", span, None))
    return analysis.Analysis(source, tuple(findings))


@pytest.fixture(autouse=True)
def _made_up_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "analyse", made_up)


def mended(text: str | bytes, *, unsafe: bool = False, wanted: Callable[[Finding], bool] = lambda _: True) -> FixResult:
    data = text.encode() if isinstance(text, str) else text
    return apply_fixes("case.py", data, Target(), wanted, unsafe)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x = bad\n", b"x = good\n"),
        (b"x = 1\r\nif x:\r\n\ttwo\x0c\r\n", b"x = 1\r\nif x:\r\n\tone\r\ntwo_lines\x0c\r\n"),
        (b"x = 1\rtwo", b"x = 1\rone\rtwo_lines"),
        (codecs.BOM_UTF8 + "é = 'é'; x = bad".encode(), codecs.BOM_UTF8 + "é = 'é'; x = good".encode()),
        (b"# coding: latin-1\nx = '\xe9', bad\n", b"# coding: latin-1\nx = '\xe9', good\n"),
        (b"# coding: cp1252\nx = '\x80', euro\n", b"# coding: cp1252\nx = '\x80', '\x80'\n"),
        (b"#!/bin/python\n\tx = bad", b"#!/bin/python\n\tx = good"),
        (b"x = '\\U0001f600', bad # \xf0\x9f\x98\x80 bad\n", b"x = '\\U0001f600', good # \xf0\x9f\x98\x80 good\n"),
        (b"x = bad\r\ny = 2\nz = two\n", b"x = good\r\ny = 2\nz = one\r\ntwo_lines\n"),
    ],
)
def test_every_other_byte_stays(before: bytes, after: bytes) -> None:
    result = mended(before)
    assert result.data == after
    assert result.error is None
    assert result.fixed and not result.remaining


def test_a_codec_with_several_spellings_keeps_the_one_it_finds() -> None:
    # Two escape sequences where the codec itself would write one.
    before = b"# coding: iso-2022-jp\nx = '\x1b$B$\"\x1b(B\x1b$B$$\x1b(B'; y = bad\nz = '\x1b$B$\"\x1b(B' # bad\n"
    assert before.decode("iso-2022-jp").encode("iso-2022-jp") != before
    assert mended(before).data == before.replace(b"bad", b"good")


def test_utf_7_keeps_its_spelling() -> None:
    before = b"# coding: utf-7\nx = '+AOk-+AOk-', bad\n"
    assert mended(before).data == before.replace(b"bad", b"good")


def test_an_edit_may_begin_at_a_character_of_several_bytes() -> None:
    before = b"# coding: cp932\nx = '\xfaT'\n\x96\xbc\x91O = line\n"
    assert before.decode("cp932").encode("cp932") != before
    assert mended(before).data == before.replace(b"= line", b"= whole")


def test_a_cookie_of_utf_8_with_signature_gets_no_mark_inside() -> None:
    before = b"# coding: utf-8-sig\nx = '\xc3\xa9', bad\n"
    assert mended(before).data == before.replace(b"bad", b"good")


def test_nothing_to_mend() -> None:
    assert mended("x = 1\n") == FixResult(b"x = 1\n", (), (), None)
    assert mended(b"\xff\xfe") == FixResult(b"\xff\xfe", (), (), None)
    assert mended("") == FixResult(b"", (), (), None)


def test_unsafe_fixes_are_asked_for_and_shown_ones_never_applied() -> None:
    assert mended("bad, risky, shown\n").data == b"good, risky, shown\n"
    result = mended("bad, risky, shown\n", unsafe=True)
    assert result.data == b"good, tamed, shown\n"
    assert codes(result.fixed) == ["INH101", "INH201"]
    assert codes(result.remaining) == ["INH202"]


def test_only_what_is_wanted_and_not_silenced() -> None:
    assert mended("bad\ntwo\n", wanted=lambda finding: finding.code == "INH101").data == b"good\ntwo\n"
    result = mended("bad\nbad  # noqa: INH1\nbad  # noqa: INH2\n")
    assert result.data == b"good\nbad  # noqa: INH1\ngood  # noqa: INH2\n"
    assert result.remaining == ()


def test_a_shared_edit_is_made_once() -> None:
    result = mended("x = imp\ny = imp\n")
    assert result.data == b"import sys\nx = sys\ny = sys\n"
    assert len(result.fixed) == 2


def test_fixes_that_overlap_wait_for_the_next_round() -> None:
    result = mended("x = line, bad, line\n")
    assert result.data == b"x = whole, good, whole\n"
    assert len(result.fixed) == 3
    assert result.error is None


@pytest.mark.parametrize(
    ("one", "other", "room"),
    [
        (Edit(5, 8, "a"), Edit(5, 8, "a"), True),
        (Edit(5, 8, ""), Edit(5, 8, ""), True),
        (Edit(5, 8, "a"), Edit(5, 8, "b"), False),
        (Edit(5, 8, "a"), Edit(7, 9, "b"), False),
        (Edit(5, 8, "a"), Edit(6, 7, "b"), False),
        (Edit(5, 8, "a"), Edit(8, 9, "b"), True),
        (Edit(5, 5, "a"), Edit(5, 5, "a"), True),
        (Edit(5, 5, "a"), Edit(5, 5, "b"), False),
        (Edit(5, 5, "  "), Edit(5, 5, "  "), False),
        (Edit(5, 5, "a"), Edit(5, 8, "b"), False),
        (Edit(8, 8, "a"), Edit(5, 8, "b"), False),
        (Edit(6, 6, "a"), Edit(5, 8, "b"), False),
        (Edit(4, 4, "a"), Edit(5, 8, "b"), True),
    ],
)
def test_which_edits_of_two_fixes_get_along(one: Edit, other: Edit, room: bool) -> None:
    for first, second in ((one, other), (other, one)):
        taken = _AppliedEdits()
        assert taken.has_room_for((Edit(1, 2, "x"), first, Edit(20, 20, "y")))
        assert taken.has_room_for((second,)) is room
        assert taken.edits == sorted({Edit(1, 2, "x"), first, Edit(20, 20, "y"), *([second] if room else [])})


def test_the_same_shift_for_two_reasons_is_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "bad", ("INH101", Safety.SAFE, lambda match, _: (Edit(3, 3, "    "), *_done(match))))
    assert mended("x=(\nbad\nbad)\n").data == b"x=(    " + b"    \ngood\ngood)\n"


def _done(match: re.Match[str]) -> tuple[Edit, ...]:
    return (Edit(match.start(), match.end(), "good"),)


def test_a_fix_that_breaks_the_syntax_is_left_out_and_the_others_are_not() -> None:
    result = mended("a = bad\nb = breaks\nc = bad\nd = two\n")
    assert result.data == b"a = good\nb = breaks\nc = good\nd = one\ntwo_lines\n"
    assert codes(result.remaining) == ["INH301"]
    assert result.error == "fix for INH301 in line 2 not applied: it would introduce a syntax error"


def test_an_import_above_a_future_import_is_left_out() -> None:
    text = "from __future__ import annotations\nx = future\n"
    assert ast.parse(f"import early\n{text}")
    result = mended(text)
    assert result.data == text.encode()
    assert result.error == "fix for INH403 in line 2 not applied: it would introduce a syntax error"


def test_a_file_that_does_not_parse_here_can_be_mended() -> None:
    assert mended("print 'x', bad\n").data == b"print 'x', good\n"


def test_a_fix_that_brings_a_finding_is_left_out() -> None:
    result = mended("x = worse, bad\n")
    assert result.data == b"x = worse, good\n"
    assert result.error == "fix for INH302 in line 1 not applied: it would leave or introduce INH202"


def test_a_fix_that_leaves_its_finding_is_left_out() -> None:
    result = mended("x = stays, bad\n")
    assert result.data == b"x = stays, good\n"
    assert result.error == "fix for INH303 in line 1 not applied: it would leave or introduce INH303"
    assert mended("x = void\n").error == "fix for INH404 in line 1 not applied: it changes nothing"


def test_a_rule_that_is_turned_off_has_no_say() -> None:
    result = mended("x = worse\n", wanted=lambda finding: finding.code == "INH302")
    assert result.data == b"x = shown\n"
    assert result.error is None and result.remaining == ()


def test_what_is_less_severe_may_come_to_light_and_is_there_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SEVERITIES, "shown", Severity.CONVENTION)
    result = mended("x = worse, shown\n")
    assert result.data == b"x = shown, shown\n"
    assert codes(result.remaining) == ["INH202", "INH202"]


def test_a_rule_that_is_turned_off_does_not_hide_that_a_fix_leaves_its_own_finding() -> None:
    assert mended("x = stays\n", wanted=lambda finding: finding.code == "INH303").error


def test_fixes_that_need_each_other_are_made_together() -> None:
    """`here` alone brings what `there` alone brings; both together bring nothing."""
    result = mended("x = here + there, breaks\n")
    assert result.data == b"x = left + right, breaks\n"
    assert codes(result.fixed) == ["INH405", "INH405"]


def test_what_is_promised_is_what_is_mended() -> None:
    text = b"bad, breaks, risky, worse, shown, void\n"
    every = list(made_up("case.py", text, Target()).findings)
    findings = promised("case.py", text, Target(), lambda _: True, every)
    assert [finding.name for finding in findings] == [finding.name for finding in every]
    assert [finding.name for finding in findings if finding.fix] == ["bad", "risky"]
    assert [finding.name for finding in mended(text, unsafe=True).fixed] == ["bad", "risky"]


def test_a_fix_that_the_encoding_cannot_hold_is_left_out() -> None:
    result = mended("# coding: latin-1\nx = euro, bad\n")
    assert result.data == b"# coding: latin-1\nx = euro, good\n"
    assert result.error == "fix for INH401 in line 2 not applied: it cannot be encoded as iso-8859-1"


@pytest.mark.parametrize("value", [b"'\xe9'", b"'e'"])
def test_a_fix_that_moves_the_cookie_is_left_out(value: bytes) -> None:
    before = b"#!/bin/python\n# coding: latin-1\nx = imp, " + value + b"\n"
    result = mended(before)
    assert result.data == before
    assert result.error == "fix for INH103 in line 3 not applied: it would change the encoding of the file (iso-8859-1)"


def test_fixes_that_never_settle_stop_after_ten_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "two", ("INH101", Safety.SAFE, replaced("bad")))
    monkeypatch.setitem(WORDS, "bad", ("INH101", Safety.SAFE, replaced("two")))
    monkeypatch.setattr("inheritlint.pipeline.fixing._counts", lambda *_: Counter())
    monkeypatch.setattr("inheritlint.pipeline.fixing.followed", lambda *_: {})
    result = mended("x = bad\n")
    assert len(result.fixed) == 10
    assert result.error == "fixes did not converge after 10 iterations"


def test_a_second_run_changes_nothing() -> None:
    once = mended("x = line, bad, imp\ny = two, breaks\n")
    twice = mended(once.data)
    assert (twice.data, twice.fixed, twice.error) == (once.data, (), once.error)


def test_many_bad_fixes_are_found_without_trying_each_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counting(path: str, data: bytes | Unreadable, target: Target, *, cached: bool) -> analysis.Analysis:
        calls.append(path)
        return made_up(path, data, target)

    monkeypatch.setattr(analysis, "analyse", counting)
    result = mended("x = bad\n" * 500 + "y = breaks\n" + "x = bad\n" * 500)
    assert len(result.fixed) == 1000
    assert len(calls) < 30
