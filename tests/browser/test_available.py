"""Browser tests are skipped on a machine without a browser, but must not be skipped in CI."""

import os

import pytest

from .conftest import REASON

pytestmark = pytest.mark.browser


def test_a_browser_is_installed() -> None:
    if REASON and not os.environ.get("CI"):
        pytest.skip(f"browser tests cannot run: {REASON}")
    assert REASON is None, f"CI must run the browser tests: {REASON}"
