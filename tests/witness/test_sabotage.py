"""The witnesses are no decoration: they fail when a fix does nothing, when a rule is silent, when a fact is wrong."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inheritlint.knowledge import inheritance
from inheritlint.pipeline import fixing, registry
from inheritlint.pipeline.registry import all_rules

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "knowledge"))
import test_demonstrations
import test_inheritance

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for Linux")
FOLDER = "inh205_wrong_descriptor_flag"


def test_a_sabotaged_fix_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test_demonstrations.test_the_kernel_agrees(FOLDER, tmp_path, False)
    rewritten = fixing.rewritten
    monkeypatch.setattr(
        fixing, "rewritten", lambda source, edits: rewritten(source, edits).replace(b"FD_CLOEXEC", b"LOCK_UN & 0")
    )
    with pytest.raises(AssertionError):
        test_demonstrations.test_the_kernel_agrees(FOLDER, tmp_path, False)


def test_a_silent_rule_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {code: rule for code, rule in all_rules().items() if code != "INH205"}
    monkeypatch.setattr(registry, "all_rules", lambda: rules)
    with pytest.raises(AssertionError, match="the rule is silent"):
        test_demonstrations.test_the_kernel_agrees(FOLDER, tmp_path, False)


@pytest.mark.parametrize("call", ["os.pipe", "os.pipe2", "socket.recv_fds"])
def test_a_flipped_fact_is_noticed(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    version = (sys.version_info[0], sys.version_info[1])
    fact = next(each for each in inheritance.CREATION_DEFAULTS if each.call == call)
    test_inheritance.test_the_kernel_agrees(fact, version)
    flipped = replace(fact, inheritable=not fact.inheritable)
    said = test_inheritance.answers(version)[fact]
    monkeypatch.setattr(test_inheritance, "answers", lambda version: {flipped: said})
    with pytest.raises(AssertionError):
        test_inheritance.test_the_kernel_agrees(flipped, version)
