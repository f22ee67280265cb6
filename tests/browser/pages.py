"""Browser pages that open and run notebooks, and record errors and requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket

from .servers import HOST, Server

TIMEOUT_MS = 60_000

# Errors of the hosts' own pages, for any notebook.
_HOSTS_FAULTS = re.compile(
    # Voilà's template links style sheets of a CDN ...
    r"https://cdn\.jsdelivr\.net/npm/@fortawesome/fontawesome-free@(\^|%5E)5/css/[\w.-]+\.css"
    # ... and it loads an extension of Notebook 7 that is not compatible with it.
    r"|RUNTIME-012\b.*@jupyterlab/docregistry.*labextensions/@jupyter-notebook"
    # Notebook 7 starts with settings and commands that only JupyterLab has.
    r"|uncaught: Cannot read properties of undefined \(reading 'schema'\)"
    r"|uncaught: Command 'filebrowser:open-path' not registered"
    # ... and does not serve the font of its own icons.
    r"|status of 403 \(Forbidden\) \(http://127\.0\.0\.1:\d+/static/notebook/\w+\.woff2\)",
    re.DOTALL,
)

# Resolves when the page's notebook is loaded and its kernel is idle.
_READY = """async () => {
    const app = window.jupyterapp;
    await app.started;
    while (!app.shell.currentWidget?.context) await new Promise(done => setTimeout(done, 20));
    const { context, revealed } = app.shell.currentWidget;
    await Promise.all([context.ready, revealed, context.sessionContext.ready]);
    while (context.sessionContext.session?.kernel?.status !== 'idle') await new Promise(done => setTimeout(done, 20));
}"""
# Resolves when all cells have run.
_RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)"


@dataclass
class Watched:
    """A browser page, the `errors` of its scripts, and its `failed` and `foreign` requests."""

    page: Page
    artefacts: Path
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("requestfailed", self._on_failure)
        self.page.on("websocket", self._on_websocket)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        self._note_foreign(request.url)

    def _on_websocket(self, socket: WebSocket) -> None:
        self._note_foreign(socket.url)

    def _note_foreign(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about", "file") and parts.hostname != HOST:
            self.foreign.append(url)

    def _on_failure(self, request: Request) -> None:
        # Requests that a page aborts when it is left or redrawn did not fail.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"{request.method} {request.url}: {request.failure}")

    def open_notebook(self, server: Server, name: str, *, host: str = "lab") -> None:
        """Open the notebook `name` of the server in JupyterLab ("lab") or Notebook 7 ("notebook"), kernel idle."""
        self.page.goto(server.url({"lab": "doc/tree/", "notebook": "notebooks/"}[host] + name))
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=TIMEOUT_MS)
        self.page.evaluate(_READY)

    def run_all(self) -> None:
        """Run all cells, and wait until the kernel is idle and a widget is shown; an error in a cell fails the test."""
        self.page.evaluate(_RUN_ALL)
        self.page.evaluate(_READY)
        self._expect_widget()

    def open_voila(self, server: Server, name: str) -> None:
        """Open the notebook under Voilà, which runs it."""
        self.page.goto(server.url(f"voila/render/{name}"), timeout=TIMEOUT_MS)
        self._expect_widget()

    def _expect_widget(self) -> None:
        error = self.page.locator(
            "[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText pre .ansi-red-fg"
        )
        shown = self.page.locator(".jupyter-widgets, .optstat-explorer").first
        shown.or_(error.first).first.wait_for(timeout=TIMEOUT_MS)
        assert not error.count(), error.first.inner_text()

    def screenshot(self, name: str) -> Path:
        path = self.artefacts / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def assert_quiet(self) -> None:
        """Assert that only loopback was requested and that nothing failed, except for the hosts' own errors."""
        for recorded in (self.foreign, self.failed, self.errors):
            assert not [text for text in recorded if not _HOSTS_FAULTS.search(text)], recorded
