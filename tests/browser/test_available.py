"""The browser's tests are skipped on a machine without a browser, and must not be skipped in CI."""

import os

import pytest

from .conftest import REASON

pytestmark = pytest.mark.browser


def test_a_browser_is_there() -> None:
    if REASON and not os.environ.get("CI"):
        pytest.skip(f"browser tests need more than is here: {REASON}")
    assert REASON is None, f"CI must run the browser tests: {REASON}"
