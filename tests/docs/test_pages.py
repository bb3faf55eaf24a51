"""Every command in the documentation is run, every configuration read by its consumer, every link followed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from pages import DOCS, ROOT, Block, anchors, blocks, links, pages, spans, steps

import inheritlint
from inheritlint.faces.cli.command import inheritlint as command

#: What the shell blocks of a page say and no test runs, and why not. Commands of inheritlint in them are understood.
NOT_RUN = {
    r"(python3? -m )?pip install": "needs a package index",
    r"uv(x| tool| run| pip) ": "needs uv and a package index",
    r"pipx? ": "needs pipx and a package index",
    r"python3 -m venv \.venv &&": "needs a package index; the workflow runs the first as it stands",
    r"\.venv/bin/(pip|python tests|pytest)": "the long runs of a checkout",
    r"INHERITLINT_\w+=\d+ \.venv/bin/pytest": "the long runs of a checkout",
    r"python tests/wild ": "downloads 300 packages; continuous integration runs it",
    r"git (clone|add|commit|push|tag)": "needs a repository",
    r"pre-commit ": "needs a repository; tests/faces/test_pre_commit.py runs it",
}
#: The JSON schema that the consumer of a file publishes, by the name that a block gives its file; pre-commit has a
#: command of its own.
SCHEMAS = {
    ".github/workflows/": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
    ".readthedocs.yaml": "vendor.readthedocs",
}
PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)


def run(text: str, folder: Path) -> str:
    """What a terminal shows when the shell command `text` is run in `folder`."""
    ours = str(Path(sys.executable).parent)
    environment = {
        "PATH": f"{ours}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "INHERITLINT_CACHE_DIR": os.environ["INHERITLINT_CACHE_DIR"],
    }
    done = subprocess.run(
        ["bash", "-c", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        timeout=120,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace").replace(f"{folder}/", "")


def write(block: Block, folder: Path) -> None:
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8", newline="\n")


@PAGES
def test_what_a_page_shows_of_a_terminal_is_what_the_terminal_shows(page: Path, tmp_path: Path, bless: bool) -> None:
    text = page.read_text(encoding="utf-8")
    shown = []
    for block in blocks(text):
        if block.title:
            write(block, tmp_path)
        if block.language == "console":
            shown += [(step, run(step.command, tmp_path)) for step in steps(block)]
    if bless:
        for step, output in reversed(shown):
            text = f"{text[: step.start]}{output}{text[step.end :]}"
        page.write_text(text, encoding="utf-8", newline="\n")
    else:
        for step, output in shown:
            assert output == step.output, f"$ {step.command}; `pytest tests/docs --bless` writes what it shows"


@PAGES
def test_every_other_command_is_understood(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.language in ("sh", "bash"):
            for line in filter(None, (line.partition(" #")[0].strip() for line in block.text.splitlines())):
                assert understood(line) or any(re.match(each, line) for each in NOT_RUN), line
        elif block.language == "yaml":
            for line in block.text.splitlines():
                if match := re.search(r"(?:^|\s)(inheritlint(?: [^#\n]*)?)$", line.removesuffix('"')):
                    assert understood(match[1]) or not re.search(r"run:|script:|^\s+- inheritlint ", line), line


@PAGES
def test_every_other_command_runs(page: Path, tmp_path: Path) -> None:
    lines = [
        line.partition(" #")[0].strip()
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language in ("sh", "bash")
        for line in block.text.splitlines()
    ]
    commands = [line for line in lines if understood(line)]
    if commands:
        repository(tmp_path)
    for line in commands:
        shown = run(f"{line}; echo exit status $?", tmp_path)
        # What is found in the example is 1; what cannot be meant is 2.
        assert re.search(r"^exit status [01]$", shown, re.MULTILINE) and "error:" not in shown, shown


def repository(folder: Path) -> None:
    """A project of which one finding is in the branch `main`, and another in the commit above it."""
    identity = "git -c user.name=A -c user.email=a@example.org"
    (folder / "src").mkdir()
    source = folder / "src" / "server.py"
    source.write_text("import os\n\nos.pipe2(0)\n")
    run(f"git init -q -b main && git add . && {identity} commit -q -m one && git checkout -q -b more", folder)
    source.write_text("import os\n\nos.pipe2(0)\n\n\ndef f():\n    return os.pipe2(os.O_NONBLOCK)\n")
    run(f"{identity} commit -q -a -m two", folder)


def test_the_first_command_for_a_clone_is_run_by_the_workflow() -> None:
    workflow = ROOT / ".github" / "workflows" / "test.yml"
    if not workflow.exists():
        pytest.skip("a source distribution has no workflows")
    line = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("python3 -m venv"))
    assert f"- run: {line}\n" in workflow.read_text(encoding="utf-8")


#: Options of other tools that a page names in its text.
OTHER_OPTIONS = {
    "--preview": "ruff",
    "--strict": "mypy, zensical",
    "--no-format": "LibCST's codemod tool",
    "--bless": "this project's pytest",
    "--site": "tests/benchmarks",
    "--tools": "tests/benchmarks",
}


@PAGES
def test_every_option_in_the_text_exists(page: Path) -> None:
    ours = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for span in spans(page.read_text(encoding="utf-8")):
        if span.startswith("python tests/"):
            continue
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", span):
            assert option in ours | {"--help", "--fd", *OTHER_OPTIONS}, span


def test_a_command_that_is_not_understood_is_seen() -> None:
    assert understood("inheritlint --select INH2 src && echo done")
    assert understood("NO_COLOR=1 python -m inheritlint --fix .")
    assert not understood("inheritlint --selekt INH2 src")
    assert not understood("inheritlint --select FOO src")
    assert not understood("unknown-tool")


def understood(line: str) -> bool:
    """Whether `line` is commands of inheritlint alone, each with options and settings that there are."""
    ours = 0
    for part in re.split(r"\s*(?:&&|\|\||;|\|)\s*", line):
        words = shlex.split(part.partition(" > ")[0])
        while words and re.fullmatch(r"\w+=.*", words[0]):
            del words[0]
        if words[:3] == ["python", "-m", "inheritlint"]:
            del words[:2]
        if not words or words[0] in ("echo", "git"):
            continue
        if words[0] != "inheritlint":
            return False
        try:
            given = command.make_context("inheritlint", words[1:]).params
            table = {
                key.replace("_", "-"): [code for value in given[key] for code in value.split(",")]
                for key in ("select", "ignore", "extend_select")
                if given.get(key)
            }
            inheritlint.parse_settings(table)
        except (SystemExit, Exception):
            return False
        ours += 1
    return ours > 0


@PAGES
def test_every_configuration_is_read_by_its_consumer(page: Path, tmp_path: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.language == "toml":
            document = tomllib.loads(block.text)
            if "inheritlint" in document.get("tool", {}):
                inheritlint.parse_settings(document["tool"]["inheritlint"])
        elif block.language == "json":
            for text in [block.text] if block.text.startswith("{\n") else block.text.splitlines():
                json.loads(text)
        elif block.language == "yaml":
            yaml.safe_load(block.text)
            for name, schema in SCHEMAS.items():
                if block.title.startswith(name):
                    check_schema(block, schema, tmp_path)
            if block.title == ".pre-commit-config.yaml":
                write(block, tmp_path)
                run_module(tmp_path, "pre_commit", "validate-config", block.title)
        elif block.language == "python":
            compile(block.text, str(page), "exec")


def check_schema(block: Block, schema: str, folder: Path) -> None:
    pytest.importorskip("check_jsonschema")
    write(block, folder)
    run_module(folder, "check_jsonschema", "--regex-variant", "nonunicode", "--builtin-schema", schema, block.title)


def run_module(folder: Path, *words: str) -> None:
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@PAGES
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in links(text):
        target, _, anchor = link.partition("#")
        if re.match(r"https?:", target):
            assert target.startswith("https://"), link
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page.name}: {link}"
        if page.parent == DOCS:
            assert path.is_relative_to(DOCS), f"{page.name}: {link} is not part of the site"


def test_the_file_that_builds_the_site_is_what_its_host_expects(tmp_path: Path) -> None:
    text = (ROOT / ".readthedocs.yaml").read_text(encoding="utf-8")
    check_schema(Block("yaml", ".readthedocs.yaml", text, 0, 0), "vendor.readthedocs", tmp_path)
    assert "zensical build --clean --strict" in text


def test_every_page_is_in_the_navigation() -> None:
    listed = set(re.findall(r"[\w/]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    assert {path.name for path in DOCS.glob("*.md")} <= listed


@pytest.mark.parametrize("builder", ["zensical", "mkdocs"])
def test_the_site_is_built_without_a_warning(builder: str, tmp_path: Path) -> None:
    """By Zensical, and by Material for MkDocs 9, which reads the same file."""
    pytest.importorskip(builder)
    configuration = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    run_module(tmp_path, builder, "build", "--clean", "--strict")
    assert (tmp_path / "site" / "index.html").exists()
    address = configuration["site_url"]
    for code in ("INH101", "INH901"):
        assert inheritlint.findings.page_of(code) == f"{address}rules/{code}/"
        assert (tmp_path / "site" / "rules" / code / "index.html").exists()
