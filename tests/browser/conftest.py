"""Chromium and the servers it visits. Without a browser these tests are skipped, except in CI, where they fail."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("PD_OPTSTAT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NEEDED = ("playwright", "jupyterlab", "notebook", "voila", "anywidget")
# Requests to other hosts than loopback fail: nothing listens on the proxy's port.
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=127.0.0.1",
]  # fmt: skip


def missing() -> str | None:
    """Return why no browser test can run, or None if they can."""
    packages = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if packages:
        return f'not installed: {", ".join(packages)} (pip install "pd-optstat[test]")'
    if not CHROMIUM:
        return "no Chromium on the PATH (Debian: apt install chromium; else set PD_OPTSTAT_TEST_CHROMIUM to one)"
    return None


REASON = missing()
# pages.py cannot be imported without Playwright, so the tests are not even collected then.
collect_ignore_glob = ["test_[!a]*.py"] if REASON else []


# Not "session": Playwright's event loop runs in this thread as long as it lives, and other tests start their own.
@pytest.fixture(scope="package")
def browser_context(artefacts: Path) -> Iterator[object]:
    """One browser context for all tests, so that JupyterLab's scripts are cached after the first page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield context
        context.close()
        browser.close()


@pytest.fixture(scope="package")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for screenshots: PD_OPTSTAT_TEST_ARTEFACTS, or a temporary folder."""
    named = os.environ.get("PD_OPTSTAT_TEST_ARTEFACTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A JupyterLab server, which also serves the pages of Notebook 7."""
    from .servers import start_jupyter

    server = start_jupyter(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.stop()


@pytest.fixture(scope="package")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    from .servers import start_voila

    server = start_voila(tmp_path_factory.mktemp("voila"))
    yield server
    server.stop()


@pytest.fixture
def watched(browser_context, artefacts: Path, request: pytest.FixtureRequest) -> Iterator[object]:
    """A watched page of 1280 x 800, with a screenshot of its end in the artefacts folder."""
    from .pages import Watched

    page = browser_context.new_page()
    watched = Watched(page, artefacts)
    yield watched
    watched.screenshot(request.node.name.replace("[", "-").rstrip("]"))
    page.close()
