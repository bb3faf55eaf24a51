"""What a release needs: one version, addresses, workflows that trust nothing that moves."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import inheritlint
from inheritlint.findings.finding import PAGES

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FORGE = ROOT / ".github"
SCHEMAS = {
    "vendor.github-workflows": sorted(FORGE.glob("workflows/*.yml")),
    "vendor.dependabot": [FORGE / "dependabot.yml"],
    "vendor.github-issue-forms": [FORGE / "ISSUE_TEMPLATE" / f"{name}-alarm.yml" for name in ("false", "missed")],
    "vendor.github-issue-config": [FORGE / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.readthedocs": [ROOT / ".readthedocs.yaml"],
}

pytestmark = pytest.mark.skipif(not FORGE.exists(), reason="a source distribution has no workflows")


def run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_is_one_version_and_the_changelog_knows_its_date() -> None:
    version = PROJECT["version"]
    assert inheritlint.__version__ == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert f"[{version}]: " in changelog
    for name in ("README.md", "docs/usage.md", "docs/ci.md"):
        revisions = set(re.findall(r"rev: v(\d\S+)", (ROOT / name).read_text(encoding="utf-8")))
        assert revisions <= {version}, name


def test_the_project_says_where_it_lives_and_who_wrote_it() -> None:
    assert {"Homepage", "Documentation", "Source", "Issues", "Changelog"} <= PROJECT["urls"].keys()
    assert PROJECT["authors"]
    assert PAGES.startswith(PROJECT["urls"]["Documentation"])


def test_the_readme_has_the_command_that_ci_reads_from_it() -> None:
    found = re.search(r"grep -m 1 '([^']+)' README\.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert found
    assert re.search(found[1], (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_actions_are_pinned_by_their_commit() -> None:
    for path in FORGE.glob("workflows/*.yml"):
        for used in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_files_for_the_forge_are_valid(schema: str) -> None:
    pytest.importorskip("check_jsonschema")
    assert SCHEMAS[schema]
    run("check_jsonschema", "--builtin-schema", schema, *map(str, SCHEMAS[schema]))


def test_the_workflows_are_safe() -> None:
    program = Path(sys.executable).with_name("zizmor")
    if not program.exists():
        pytest.skip("zizmor is not installed")
    done = subprocess.run([program, "--offline", ".github"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_supported_python_on_every_system_is_tested() -> None:
    text = (FORGE / "workflows" / "test.yml").read_text(encoding="utf-8")
    for classifier in PROJECT["classifiers"]:
        if match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", classifier):
            assert f'"{match[1]}"' in text
    assert all(f"{system}-" in text for system in ("ubuntu", "macos", "windows"))


def test_a_workflow_compares_the_most_used_packages() -> None:
    text = (FORGE / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert "python tests/wild check " in text


def test_the_readme_says_first_how_to_install_it_and_how_from_a_clone() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert "pip install inheritlint\n" in first
    assert ".venv/bin/pip install -q -e . && .venv/bin/inheritlint" in first
