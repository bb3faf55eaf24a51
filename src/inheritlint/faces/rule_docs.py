"""A rule in words: its page, which `--explain` prints too, and its row in a table.

`python -m inheritlint.faces.rule_docs --write docs` writes the pages to `docs/rules`, `docs/configuration.md`, and the
table of the README beside `docs`.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from inheritlint.declaration import Rule, Safety
from inheritlint.faces.demonstration import Demonstration, demonstration, report, section
from inheritlint.pipeline.settings import OPTIONS, Option

_TRUST = {
    Safety.SAFE: "sometimes available, with `--fix`",
    Safety.UNSAFE: "sometimes available, with `--fix --unsafe-fixes`",
    Safety.DISPLAY: "shown, not applied",
    Safety.NONE: "not available",
}

#: The codes of rules about the check itself, which no program demonstrates.
_OF_THE_CHECK = "INH9"
#: Where the sources that rules name can be read: a pattern of the name, and the address it stands for.
_SOURCES = {
    r"PEP (\d+)": "https://peps.python.org/pep-{0:0>4}/",
    r"CWE-(\d+)": "https://cwe.mitre.org/data/definitions/{0}.html",
    r"bpo-(\d+)": "https://bugs.python.org/issue{0}",
    r"gh-(\d+)": "https://github.com/python/cpython/issues/{0}",
    r"(\w+)\((\d)\)": "https://man7.org/linux/man-pages/man{1}/{0}.{1}.html",
}

_BEGIN, _END = "<!-- rules -->", "<!-- end of rules -->"
_HEADER = "| Code | Name | Severity | Fix | Description |\n| --- | --- | --- | --- | --- |\n"


def rule_page(rule: Rule[Any], shown: Demonstration | None = None) -> str:
    """The rule's page in Markdown, with its demonstration where there is one."""
    what, reason, *others = rule.documentation.split("\n## ")
    why, rest = f"{what}\n## {reason}", "\n## ".join(others)
    sections = [
        f"# {rule.name} ({rule.code})",
        f"**Severity**: {rule.severity} · **Fix**: {_TRUST[rule.safety]} · **Added in**: {rule.added_in}"
        + ("" if rule.on_by_default else " · **Disabled by default**"),
        why.rstrip(),
        f"## Example\n\n```python\n{rule.example}```\n\nUse instead:\n\n```python\n{rule.fixed_example}```",
        *([f"## {rest.rstrip()}"] if rest else []),
        *([section(shown)] if shown else [report(rule)] if rule.code.startswith(_OF_THE_CHECK) else []),
        f"## Suppressing\n\n{_suppressing(rule.code)}",
    ]
    if rule.references:
        sections.append("## References\n\n" + "\n".join(f"- {_linked(name)}" for name in rule.references))
    return "\n\n".join(sections) + "\n"


def table_row(rule: Rule[Any], folder: str = "docs/rules/") -> str:
    """The rule's row in a Markdown table, with a link to its page in `folder`."""
    cells = (f"[{rule.code}]({folder}{rule.code}.md)", f"`{rule.name}`", rule.severity, rule.safety, rule.summary)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def rule_table(rules: Iterable[Rule[Any]], folder: str = "docs/rules/") -> str:
    """The Markdown table of `rules`."""
    return _HEADER + "".join(table_row(rule, folder) for rule in rules)


def all_pages(rules: Iterable[Rule[Any]], fixtures: Path) -> dict[str, str]:
    """Every generated page by its file name: one a rule, and `index.md`; `fixtures` holds the demonstrations."""
    rules = list(rules)
    index = f"# Rules\n\nGenerated from the rule definitions.\n\n{rule_table(rules, '')}"
    return {"index.md": index} | {f"{rule.code}.md": rule_page(rule, demonstration(rule, fixtures)) for rule in rules}


def configuration(options: Iterable[Option]) -> str:
    """The page of all options, generated from their declarations."""
    parts = [
        "# Configuration",
        "This page is generated from the declarations of the options.",
        "Options are read from the `[tool.inheritlint]` table of the nearest `pyproject.toml` above each file; "
        "tables are not merged. The command and the flake8 plugin read the same table. `--config FILE` uses one "
        "file for the whole run, `--isolated` ignores all of them. Command-line options take precedence, also over "
        "single options that `--config 'KEY = VALUE'` sets. Rule codes are taken in any case, as prefixes, and by "
        "the rules' names. Unknown keys, unknown codes and wrong types are errors (exit status 2). Without the "
        "option `requires-python`, `project.requires-python` is used, and without `platforms`, the `Operating "
        "System ::` classifiers of the project. `fix`, `fix-only`, `unsafe-fixes`, `show-fixes` and `output-format`"
        " hold for the whole run: those of the current directory count.",
    ]
    for option in options:
        example = f"```toml\n[tool.inheritlint]\n{option.key} = {option.example}\n```"
        parts.append(f"## `{option.key}`\n\n{option.help}\n\n{example}")
    return "\n\n".join(parts) + "\n"


def with_table(readme: str, rules: Iterable[Rule[Any]]) -> str:
    """`readme` with the table of `rules` between its two comments; raises ValueError where it lacks them."""
    before, begin, rest = readme.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the markers {_BEGIN} and {_END} are missing")
    return f"{before}{begin}\n\n{rule_table(rules)}\n{end}{after}"


def write(folder: Path, pages: dict[str, str]) -> None:
    """Make `folder` hold exactly `pages`; raises OSError where that cannot be done."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()


def _suppressing(code: str) -> str:
    return (
        f"- On one line: `# noqa: {code}`.\n"
        f'- In the project: `ignore = ["{code}"]` in `[tool.inheritlint]`, `--ignore {code}`, '
        f"or `extend-ignore = {code}` for flake8.\n"
        f'- In some files: `per-file-ignores = {{"tests/" = ["{code}"]}}`.'
    )


def _linked(reference: str) -> str:
    if reference.startswith("https://"):
        return f"<{reference}>"
    for pattern, address in _SOURCES.items():
        if match := re.match(pattern, reference):
            return f"[{match[0]}]({address.format(*match.groups())}){reference[match.end() :]}"
    return reference


def main(arguments: list[str] | None = None) -> int:
    """Write the pages; the exit status is 0, or 1 with a line on the standard error where that fails."""
    # Who asks for one page has the rule already; only this needs all of them.
    from inheritlint.pipeline.registry import all_rules

    parser = ArgumentParser(prog="python -m inheritlint.faces.rule_docs", description="Write the pages of all rules.")
    parser.add_argument("--write", metavar="DOCS", type=Path, required=True, help="the folder whose rules/ is written")
    docs = parser.parse_args(arguments).write
    folder = docs / "rules"
    try:
        write(folder, all_pages(all_rules().values(), docs.parent / "fixtures"))
        (docs / "configuration.md").write_text(configuration(OPTIONS.values()), encoding="utf-8", newline="\n")
        readme = docs.parent / "README.md"
        if readme.exists():
            text = with_table(readme.read_text(encoding="utf-8"), all_rules().values())
            readme.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        print(f"{folder}: cannot write: {reason or error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
