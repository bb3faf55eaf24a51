"""`pytest --bless` writes what the fixtures' blessed files should hold; without it they are compared."""

import itertools
from pathlib import Path

import pytest

_NUMBERS = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write fixed.py and report.txt of every fixture anew")


@pytest.fixture(autouse=True)
def cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a test, and the processes it starts, keep what they find; nothing is there before."""
    folder = tmp_path_factory.getbasetemp() / f"cache-{next(_NUMBERS)}"
    monkeypatch.setenv("INHERITLINT_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))
