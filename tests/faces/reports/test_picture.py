"""The page: that it is one file, that nothing in it can be more than text, and how it looks in a browser."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.picture import page
from inheritlint.faces.reports.picture.drawing import letter
from inheritlint.faces.reports.picture.lives import functions
from inheritlint.findings import StepRole
from inheritlint.pipeline.checking import check_data
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.settings import Settings

SERVER = """\
import os
import subprocess


class Server:
    def restart(self, sock, command):
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        subprocess.Popen(command, close_fds=False)
        os.close(writer)
        return reader


def log(path, command):
    fd = os.open(path, os.O_WRONLY)
    os.set_inheritable(fd, True)
    subprocess.run([*command, str(fd)])


def give(fd, command):
    os.set_inheritable(fd, True)
    os.system(command)
    os.set_inheritable(fd, False)
"""
Pixels = Callable[[bytes], list[list[tuple[int, int, int]]]]
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


def check(path: str, text: str) -> Outcome:
    return check_data(path, text.encode("utf-8", "surrogatepass"), Settings(cache=False), Mode.REPORT, False)


@pytest.fixture(scope="module")
def server() -> Outcome:
    return check("server.py", SERVER)


class Elements(HTMLParser):
    """Every element of a page with its attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def classes(self, tag: str) -> list[str]:
        return [attributes.get("class") or "" for each, attributes in self.elements if each == tag]


def test_nothing_is_loaded_and_nothing_else_may_run(server: Outcome) -> None:
    read = Elements(page.report(Checked([server])))
    (policy,) = (a["content"] for t, a in read.elements if t == "meta" and a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"}
    attributes = {name for _, given in read.elements for name in given}
    assert not attributes & {"src", "style", "srcset", "action", "formaction", "background"}
    assert not any(name.startswith("on") for name in attributes)
    assert [tag for tag, _ in read.elements].count("script") == 1


def test_lives_are_grouped_by_function_and_findings_of_one_descriptor_are_one_life(server: Outcome) -> None:
    found = list(functions(server, 1))
    assert [each.name for each in found] == ["Server.restart", "log", "give"]
    assert [[life.name for life in each.lives] for each in found] == [["writer"], ["fd"], ["fd"]]
    (life,) = found[0].lives
    assert [each.finding.code for each in life.findings] == ["INH202", "INH301"]
    assert [step.role for step in life.steps] == [
        StepRole.CREATED,
        StepRole.MADE_INHERITABLE,
        StepRole.CHILD,
        StepRole.ESCAPE,
        StepRole.CLOSED,
    ]
    assert [numbered.number for each in found for numbered in each.findings] == [1, 2, 3, 4]


def test_a_descriptor_is_called_by_the_name_that_its_creation_gives_it() -> None:
    text = "import os\n\n\ndef f():\n    self.fd = os.memfd_create('x', 2)\n    os.system('x')\n"
    (function,) = functions(check("a.py", text), 1)
    assert [life.name for life in function.lives] == ["self.fd"]
    (function,) = functions(check("a.py", text.replace("self.fd = ", "")), 1)
    assert [life.name for life in function.lives] == ["os.memfd_create"]


def test_a_child_that_gets_it_is_told_from_one_that_does_not(server: Outcome) -> None:
    steps = Elements(page.report(Checked([server]))).classes("g")
    assert steps.count("step child") == 2
    assert steps.count("step child-without") == 1
    assert steps.count("step escape") == 2


def test_a_long_function_is_shown_around_what_happens() -> None:
    text = SERVER.replace("        os.close(writer)\n", "        x = 1\n" * 500 + "        os.close(writer)\n")
    (first, *_) = functions(check("a.py", text), 1)
    assert first.rows[0] == 6
    assert len(first.rows) < 20


def test_hostile_names_and_sources_are_text() -> None:
    source = SERVER.replace("restart", "réstart").replace("command", "command, x=None", 1)
    source += f"\n\ndef f(fd):\n    os.set_inheritable(fd, True)  # {HOSTILE} \u202e\x1b[31m \x07\n"
    outcomes = [check(f"{HOSTILE}\u202e\udcff\n.py", source)]
    written = page.report(Checked(outcomes))
    read = Elements(written)
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert not [tag for tag, _ in read.elements if tag == "img"]
    assert HOSTILE in read.text
    assert all(character.isprintable() or character == "\n" for character in written)
    written.encode()


def test_hostile_messages_and_descriptors_are_text(server: Outcome) -> None:
    finding = server.findings[0]
    steps = tuple(step._replace(message=f"`{HOSTILE}` and ` alone {HOSTILE}") for step in finding.trace)
    hostile = finding._replace(message=f"`{HOSTILE}` {HOSTILE}", trace=steps)
    read = Elements(page.report(Checked([server._replace(findings=(hostile,))])))
    assert not [tag for tag, _ in read.elements if tag == "img"]
    assert [tag for tag, _ in read.elements].count("script") == 1


def test_a_line_without_end_is_cut(server: Outcome) -> None:
    text = SERVER + "\n\ndef f(fd): os.set_inheritable(fd, True); x = '" + "y" * 1_000_000 + "'\n"
    assert len(page.report(Checked([check("a.py", text)]))) < len(page.report(Checked([server]))) + 5_000


def test_more_lives_than_a_screen_holds_are_named_and_not_drawn() -> None:
    lines = "".join(f"    os.set_inheritable(f{n}, True)\n" for n in range(60))
    text = f"import os\n\n\ndef f({', '.join(f'f{n}' for n in range(60))}):\n{lines}    os.system('x')\n"
    read = Elements(page.report(Checked([check("a.py", text)])))
    (drawing,) = (attributes for tag, attributes in read.elements if tag == "svg")
    assert int(drawing["width"] or 0) < 600
    assert read.classes("g").count("life") == 24
    assert read.classes("li").count("finding warning") == 60


def test_a_page_without_findings_says_so() -> None:
    assert "Nothing was found." in Elements(page.report(Checked([Outcome("a.py")]))).text


def test_a_file_that_cannot_be_read_has_no_source() -> None:
    read = Elements(page.report(Checked([check("broken.py", "import os\nos.set_inheritable(\n"), Outcome("a.py")])))
    assert "INH901" in read.text


def test_letters_do_not_end() -> None:
    assert [letter(place) for place in (0, 25, 26, 53)] == ["A", "Z", "A1", "B2"]


# In a browser

BOXES = """
(() => {
  const middle = (each) => { const box = each.getBoundingClientRect(); return (box.top + box.bottom) / 2; };
  const steps = [];
  for (const article of document.querySelectorAll(".function"))
    for (const step of article.querySelectorAll(".step")) {
      const line = article.querySelector(`.line[data-line="${step.dataset.line}"]`);
      const mark = step.querySelector("circle, rect, line, path");
      const box = mark.getBoundingClientRect();
      steps.push({
        role: step.getAttribute("class").split(" ")[1], line: Number(step.dataset.line), text: line.textContent,
        row: [line.getBoundingClientRect().top, line.getBoundingClientRect().bottom],
        left: box.left, right: box.right, top: box.top, bottom: box.bottom, middle: middle(mark),
        code: line.getBoundingClientRect().left, stroke: getComputedStyle(mark).stroke,
        dashes: getComputedStyle(mark).strokeDasharray, fill: getComputedStyle(mark).fill,
      });
    }
  return steps;
})()
"""
RED, GREEN = "rgb(198, 43, 43)", "rgb(30, 128, 69)"


@pytest.fixture
def shown(browser: Any, server: Outcome, tmp_path: Path) -> Any:
    """A browser that shows the page of real findings."""
    path = tmp_path / "page.html"
    path.write_text(page.report(Checked([server])), encoding="utf-8")
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    browser.open(path, height=1600)
    return browser


def test_the_browser_loads_one_file_and_has_nothing_to_complain_of(shown: Any) -> None:
    shown.value("document.title")
    asked = [event["request"]["url"] for event in shown.told("Network.requestWillBeSent")]
    assert len(asked) == 1
    assert asked[0].startswith("file:")
    assert shown.told("Log.entryAdded") == shown.told("Runtime.exceptionThrown") == []


def test_every_mark_stands_beside_its_line(shown: Any) -> None:
    steps = shown.value(BOXES)
    assert len(steps) == 12
    for step in steps:
        top, bottom = step["row"]
        assert bottom - top == 20
        assert step["right"] <= step["code"] + 4, step
        if step["role"] != "escape":
            assert abs(step["middle"] - (top + bottom) / 2) <= 1, step
    spoken = {(step["role"], step["text"].strip()) for step in steps}
    assert ("created", "reader, writer = os.pipe()") in spoken
    assert ("child", "subprocess.Popen(command, close_fds=False)") in spoken
    assert ("child-without", "subprocess.run([*command, str(fd)])") in spoken
    assert ("reset", "os.set_inheritable(fd, False)") in spoken


def test_children_that_get_it_are_solid_red_and_others_dashed_green(shown: Any) -> None:
    lines = {step["role"]: (step["stroke"], step["dashes"]) for step in shown.value(BOXES)}
    assert lines["child"] == (RED, "none")
    assert lines["child-without"][0] == GREEN
    assert lines["child-without"][1] != "none"


def test_the_screenshot_shows_the_marks_in_their_colours(shown: Any, pixels: Pixels) -> None:
    rows = pixels(shown.screenshot())
    looked_at = []
    for step in shown.value(BOXES):
        painted = "stroke" if step["role"] in ("child", "child-without") else "fill"
        if step["bottom"] < len(rows) and step["role"] in ("child", "child-without", "made-inheritable", "reset"):
            wanted = tuple(map(int, re.findall(r"\d+", step[painted])))
            y = int(step["middle"])
            box = [rows[y + up][x] for x in range(int(step["left"]), int(step["right"])) for up in (-1, 0)]
            assert any(sum(abs(a - b) for a, b in zip(each, wanted, strict=True)) < 30 for each in box), step
            looked_at.append(step["role"])
    assert sorted(looked_at) == ["child", "child", "child-without", *["made-inheritable"] * 3, "reset"]


def test_dark_is_dark_by_wish_of_the_system_or_of_the_reader(shown: Any) -> None:
    def brightness() -> int:
        colour = shown.value("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert brightness() > 600
    shown.press("t")
    assert brightness() < 150
    shown.press("t")
    shown.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert brightness() > 600  # what the reader has chosen stays
    shown.value("delete document.documentElement.dataset.theme")
    assert brightness() < 150


SHOWN = "[...document.querySelectorAll('.finding:not([hidden])')].map((each) => each.dataset.code)"


def test_search_and_filters_leave_what_fits(shown: Any) -> None:
    assert shown.value(SHOWN) == ["INH202", "INH301", "INH206", "INH202"]
    shown.press("/")
    for key in "server.rest":
        shown.press(key)
    assert shown.value(SHOWN) == ["INH202", "INH301"]
    assert shown.value("document.getElementById('count').textContent") == "2 of 4 findings"
    assert shown.value("document.querySelectorAll('.function:not([hidden])').length") == 1
    shown.value("document.querySelector('input[value=INH202]').click()")
    assert shown.value(SHOWN) == ["INH301"]
    shown.press("Escape")
    assert len(shown.value(SHOWN)) == 4
    shown.value("document.querySelector('input[value=warning]').click()")
    assert shown.value(SHOWN) == []


def test_the_keyboard_goes_through_the_findings(shown: Any) -> None:
    here = "document.activeElement.id"
    for key, finding in (("j", "finding-1"), ("j", "finding-2"), ("k", "finding-1"), ("k", "finding-1")):
        shown.press(key)
        assert shown.value(here) == finding
    assert shown.value("[...document.querySelectorAll('.line.now')].map((each) => each.dataset.line)") == ["8"]
    shown.value("document.querySelector('#finding-1 .steps a').click()")
    assert shown.value("[...document.querySelectorAll('.line.now')].map((each) => each.dataset.line)") == ["7"]


def test_a_narrow_window_shows_all(shown: Any) -> None:
    shown.ask("Emulation.setDeviceMetricsOverride", width=480, height=900, deviceScaleFactor=1, mobile=False)
    assert shown.value("document.documentElement.scrollWidth") <= 480


def test_hostile_names_do_nothing_in_a_browser(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    source = SERVER + f"\n\ndef f(fd):\n    os.set_inheritable(fd, True)  # {HOSTILE}\n"
    path.write_text(page.report(Checked([check(f"{HOSTILE}.py", source)])), encoding="utf-8")
    browser.open(path)
    assert browser.value("document.title") == "5 findings of inheritlint"
    assert browser.value("document.querySelectorAll('script').length") == 1
    assert HOSTILE in browser.value("document.querySelector('h2').textContent")
