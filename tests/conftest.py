"""`pytest --bless` writes what the fixtures' blessed files should hold; without it they are compared."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write fixed.py and report.txt of every fixture anew")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))
