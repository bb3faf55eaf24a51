"""SARIF, as its readers see it: the standard's schema, Microsoft's validator, GitHub's limits."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft4Validator

from inheritlint.declaration import Rule
from inheritlint.faces.reports import sarif
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.sarif_rules import descriptor
from inheritlint.findings import Safety
from inheritlint.pipeline.checking import check_data
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.registry import all_rules
from inheritlint.pipeline.rewriting import rewritten
from inheritlint.pipeline.settings import Settings
from inheritlint.source.reading import read

ROOT = Path(__file__).parents[3]
FIXTURES = sorted((ROOT / "fixtures").glob("*/report.py"))
SCHEMA = Draft4Validator(json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text(encoding="utf-8")))

#: A leak behind a character that takes two units of UTF-16, in a file with the line ends of Windows.
LEAK = (
    "import os\r\n\r\n\r\ndef start(reader):\r\n"
    '    "\U0001f40d"; os.set_inheritable(reader, True)\r\n    os.system("x")\r\n'
)


def check(path: Path | str, data: bytes | None = None, **settings: Any) -> Outcome:
    content = read(str(path)) if data is None else data
    return check_data(str(path), content, Settings(cache=False, **settings), Mode.REPORT, False)


def log_of(*outcomes: Outcome, **more: Any) -> Any:
    log = json.loads(sarif.report(Checked(outcomes, **more)))
    assert [f"{each.json_path}: {each.message}" for each in SCHEMA.iter_errors(log)] == []
    return log


def run_of(*outcomes: Outcome, **more: Any) -> Any:
    (run,) = log_of(*outcomes, **more)["runs"]
    return run


@pytest.fixture(scope="module")
def everything() -> list[Outcome]:
    return [check(path) for path in FIXTURES]


def test_every_finding_of_every_fixture_fits_the_standard(everything: list[Outcome]) -> None:
    run = run_of(*everything)
    count = sum(len(outcome.findings) + len(outcome.silenced) for outcome in everything)
    assert len(run["results"]) == count > 300
    assert len(run["tool"]["driver"]["rules"]) > 30


def test_microsofts_validator_has_nothing_to_say(everything: list[Outcome], multitool: Path, tmp_path: Path) -> None:
    log = tmp_path / "findings.sarif"
    log.write_text(sarif.report(Checked(everything)), encoding="utf-8")
    complaints = validated(multitool, log, tmp_path)
    assert complaints == []


def test_microsofts_validator_would_say_it(everything: list[Outcome], multitool: Path, tmp_path: Path) -> None:
    log = json.loads(sarif.report(Checked(everything[:3])))
    del log["runs"][0]["results"][0]["locations"]
    (tmp_path / "broken.sarif").write_text(json.dumps(log), encoding="utf-8")
    assert validated(multitool, tmp_path / "broken.sarif", tmp_path)


def validated(tool: Path, log: Path, folder: Path) -> list[str]:
    """The rules that `log` breaks. The validator ends with 0 whatever it finds: what it says is in its own log."""
    said = folder / "said.sarif"
    command = [tool, "validate", log, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--output", said]
    run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=300)
    assert said.exists(), run.stdout + run.stderr
    (result,) = json.loads(said.read_text(encoding="utf-8-sig"))["runs"]
    assert result["invocations"][0]["executionSuccessful"]
    return [f"{each['ruleId']} {each['message'].get('arguments')}" for each in result.get("results", ())]


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Microsoft's validator for SARIF, installed by npm; the test is skipped where that cannot be done."""
    if found := shutil.which("Sarif.Multitool"):
        return Path(found)
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing, which brings Microsoft's validator for SARIF")
    home = tmp_path_factory.mktemp("npm")
    command = [
        npm,
        "install",
        "--prefix",
        home,
        "--no-audit",
        "--no-fund",
        "--silent",
        "@microsoft/sarif-multitool-linux",
    ]
    try:
        run = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=240
        )
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not answer: no validator for SARIF")
    tool = home / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not tool.exists():
        pytest.skip(f"npm cannot bring Microsoft's validator for SARIF: {(run.stdout + run.stderr).strip()[-200:]}")
    tool.chmod(0o755)
    try:
        subprocess.run([tool, "--version"], capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
    except OSError as error:
        pytest.skip(f"Microsoft's validator for SARIF does not run here: {error}")
    return tool


def applied(text: str, replacements: list[dict[str, Any]]) -> str:
    """`text` after the replacements, as a reader of the standard makes them: lines, and columns in UTF-16."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)

    def offset(line: int, column: int) -> int:
        before = sum(map(len, lines[: line - 1]))
        return before + len(lines[line - 1].encode("utf-16-le")[: (column - 1) * 2].decode("utf-16-le"))

    spots = []
    for each in replacements:
        region = each["deletedRegion"]
        start = offset(region["startLine"], region["startColumn"])
        spots.append((start, offset(region["endLine"], region["endColumn"]), each["insertedContent"]["text"]))
    for start, end, new in sorted(spots, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def test_fixes_replay_to_the_same_bytes(everything: list[Outcome]) -> None:
    replayed = 0
    for outcome in [*everything, check("leak.py", LEAK.encode())]:
        if outcome.source is None:
            continue
        for finding in outcome.findings:
            fix = finding.fix
            if fix is None or fix.safety not in (Safety.SAFE, Safety.UNSAFE):
                continue
            alone = Checked([outcome._replace(findings=(finding,), silenced=())])
            (result,) = json.loads(sarif.report(alone))["runs"][0]["results"]
            (change,) = result["fixes"][0]["artifactChanges"]
            text = applied(outcome.source.text, change["replacements"])
            expected = rewritten(outcome.source, sorted(fix.edits))
            assert outcome.source.bom + text.encode(outcome.source.encoding) == expected
            replayed += 1
    assert replayed > 150


def test_columns_are_counted_as_utf_16_does() -> None:
    run = run_of(check("leak.py", LEAK.encode()))
    assert run["columnKind"] == "utf16CodeUnits"
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    line = LEAK.split("\r\n")[4].encode("utf-16-le")
    marked = line[(region["startColumn"] - 1) * 2 : (region["endColumn"] - 1) * 2].decode("utf-16-le")
    assert marked == "os.set_inheritable(reader, True)"


def test_paths_are_percent_encoded_and_start_at_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "a b"
    inner.mkdir()
    name = b"n\xc3\xa4me:#%?\xff.py".decode("utf-8", "surrogateescape")
    (inner / name).write_text(LEAK, encoding="utf-8")
    monkeypatch.chdir(inner)
    (result,) = run_of(check(name))["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uriBaseId"] == "%SRCROOT%"
    assert location["uri"].isascii()
    assert unquote_to_bytes(location["uri"]) == b"a b/n\xc3\xa4me:#%?\xff.py"
    assert not set(location["uri"]) & set(" :#?")


def test_a_file_outside_the_repository_has_a_whole_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "leak.py").write_text(LEAK, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "repository")
    (result,) = run_of(check("../leak.py"))["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": (tmp_path / "leak.py").resolve().as_uri()}


def test_only_rules_that_fired_are_described() -> None:
    run = run_of(check("leak.py", LEAK.encode()))
    (rule,) = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    assert rule["id"] == result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
def test_a_rule_is_described_as_github_reads_it(rule: Rule[Any]) -> None:
    entry = descriptor(rule)
    assert (entry["id"], entry["helpUri"]) == (rule.code, rule.url)
    assert entry["name"].isalnum()
    assert 0 < len(entry["shortDescription"]["text"]) <= 1024
    assert 0 < len(entry["fullDescription"]["text"]) <= 1024
    assert entry["help"]["markdown"].startswith("# ")
    properties = entry["properties"]
    assert len(properties["tags"]) <= 10 < 20
    assert ("security-severity" in properties) == ("security" in properties["tags"])
    assert ("security" in properties["tags"]) == any(each.startswith("CWE-") for each in rule.references)
    assert properties["precision"] in ("very-high", "high", "medium", "low")
    assert properties["problem.severity"] in ("error", "warning", "recommendation")


def test_the_trace_is_a_flow_in_the_order_of_execution() -> None:
    outcome = check("leak.py", LEAK.encode())
    (result,) = run_of(outcome)["results"]
    (finding,) = outcome.findings
    for flow in result["codeFlows"]:
        locations = flow["threadFlows"][0]["locations"]
        assert [each["executionOrder"] for each in locations] == list(range(1, len(locations) + 1))
    said = {each["message"]["text"] for each in result["relatedLocations"]}
    assert said == {f"{step.message}." for step in finding.trace}


def test_a_reset_that_a_path_escapes_has_two_flows() -> None:
    """One leaves by an exception, the other comes to the reset."""
    text = LEAK + "    os.set_inheritable(reader, False)\r\n"
    (result,) = run_of(check("leak.py", text.encode()))["results"]
    lines = [
        [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow["threadFlows"][0]["locations"]]
        for flow in result["codeFlows"]
    ]
    assert result["ruleId"] == "INH202"
    assert lines == [[5, 6, 6], [5, 6, 7]]


def test_fingerprints_are_our_own_unique_and_hold_when_lines_move() -> None:
    twice = LEAK + LEAK.replace("start", "again")
    first = [each["partialFingerprints"] for each in run_of(check("leak.py", twice.encode()))["results"]]
    moved = ("# a comment\r\n" * 40 + twice).encode()
    assert [each["partialFingerprints"] for each in run_of(check("leak.py", moved))["results"]] == first
    assert len({str(each) for each in first}) == 2
    assert all(list(each) == ["inheritlintIdentity/v1"] for each in first)


def test_what_a_comment_silences_is_there_and_marked() -> None:
    silenced = LEAK.replace("True)", "True)  # noqa: INH2")
    (result,) = run_of(check("leak.py", silenced.encode()))["results"]
    assert result["suppressions"] == [{"kind": "inSource"}]
    (result,) = run_of(check("leak.py", LEAK.encode()))["results"]
    assert "suppressions" not in result


def test_what_is_new_and_what_is_not_is_said_of_all_results_or_of_none() -> None:
    outcome = check("leak.py", LEAK.encode())
    known = outcome._replace(path="known.py", findings=(), known=outcome.findings)
    run = run_of(outcome, known, compared=True)
    assert sorted(each["baselineState"] for each in run["results"]) == ["new", "unchanged"]
    assert not any("baselineState" in each for each in run_of(outcome)["results"])


def test_what_went_wrong_is_told() -> None:
    run = run_of(Outcome("a.py", problems=("a.py: no",)), problems=("b: gone",))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == ["b: gone.", "a.py: no."]


def test_the_most_severe_come_first(everything: list[Outcome]) -> None:
    levels = [each["level"] for each in run_of(*everything)["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def test_no_more_than_github_takes(everything: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 10)
    run = run_of(*everything)
    assert [each["level"] for each in run["results"]] == ["error"] * 10
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "findings of the lowest severity omitted" in notice["message"]["text"]


def test_no_larger_than_github_takes(everything: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(sarif, "MOST_BYTES", 20_000)
    text = sarif.report(Checked(everything))
    assert len(gzip.compress(text.encode())) <= 20_000
    assert 0 < len(json.loads(text)["runs"][0]["results"]) < 400


def test_a_fix_that_moves_half_a_file_is_left_out() -> None:
    body = "    x = print(1)\n" * 2_000
    text = f"import os\n\n\ndef f(fd):\n    os.set_inheritable(fd, True)\n{body}    os.system('x')\n"
    outcome = check("leak.py", text.encode())
    (finding,) = outcome.findings
    assert finding.fix is not None
    assert "fixes" not in run_of(outcome)["results"][0]


def test_brackets_in_a_message_are_no_link() -> None:
    outcome = check("leak.py", LEAK.encode())
    finding = outcome.findings[0]._replace(message="`pass_fds[0](x)` is [wrong](1)")
    (result,) = run_of(outcome._replace(findings=(finding,)))["results"]
    assert result["message"]["text"] == "`pass_fds\\[0](x)` is \\[wrong](1)."


def test_an_unreadable_file_is_a_result() -> None:
    (result,) = run_of(check("gone.py"))["results"]
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
