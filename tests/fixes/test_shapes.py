"""What fixes make of code in all its shapes."""

import pytest

from inheritlint.pipeline.fixing import apply_fixes

from .judging import TARGET, check, everything
from .shapes import SHAPES, Shape


def test_there_are_forty() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) >= 40


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape(shape: Shape) -> None:
    before = f"{shape.head}{shape.before}".encode()
    assert apply_fixes(shape.path, before, TARGET, everything, True).data.decode() == shape.head + shape.after
    check(before, shape.path)


def test_what_a_web_frameworks_reloader_needs_stays_without_a_word() -> None:
    """The mark is in another module, so `close_fds=False` goes only where unsafe fixes are asked for."""
    text = b"import os\nimport subprocess\n\n\ndef restart(args):\n    return subprocess.call(args, close_fds=False)\n"
    assert apply_fixes("reloader.py", text, TARGET, everything, False).data == text


@pytest.mark.parametrize("more", ["*more", "**more"])
def test_a_keyword_stays_where_others_are_forwarded(more: str) -> None:
    text = (
        f"import subprocess\n\n\ndef start(args, {more}):\n    subprocess.run(args, {more}, close_fds=False)\n".encode()
    )
    assert apply_fixes("start.py", text, TARGET, everything, True).data == text
