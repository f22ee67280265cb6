"""JupyterLab (which includes Notebook 7) and Voilà as processes on loopback, with their own folders and ports."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 60.0  # seconds until a server has to answer
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """A running server. `root` is the folder of its notebooks, `home` its home folder."""

    process: subprocess.Popen[bytes]
    port: int
    token: str
    root: Path
    home: Path

    @property
    def cache_dir(self) -> Path:
        return self.home / "cache"

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}/{path}?token={self.token}"

    def environment(self) -> dict[str, str]:
        """Return the environment of the server, for other commands of Jupyter."""
        return _environment(self.home)

    def log(self) -> str:
        return (self.home / "server.log").read_text(errors="replace")

    def stop(self) -> None:
        """Stop the server and its kernels: the whole process group."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                continue


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start_jupyter(home: Path) -> Server:
    """Start JupyterLab. Its pages expose their state as `window.jupyterapp`."""
    return _start(
        home,
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token={token}",
        "--ServerApp.root_dir={root}",
        "--ServerApp.open_browser=False",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",  # the default one requests PyPI
        ready="api/status",
    )


def start_voila(home: Path) -> Server:
    return _start(
        home,
        "voila",
        "--no-browser",
        "--Voila.ip=127.0.0.1",
        "--port={port}",
        "--token={token}",
        "--Voila.root_dir={root}",
        "--VoilaConfiguration.show_tracebacks=True",
        "{root}",
        ready="",
    )


def _start(home: Path, module: str, *arguments: str, ready: str) -> Server:
    root = home / "notebooks"
    root.mkdir(parents=True)
    _decline_news(home / "lab-settings")
    values = {"port": free_port(), "token": secrets.token_hex(16), "root": root}
    command = [sys.executable, "-m", module, *(argument.format(**values) for argument in arguments)]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env=_environment(home), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    server = Server(process, int(values["port"]), str(values["token"]), root, home)
    try:
        _wait_until_ready(server, ready)
    except BaseException:
        server.stop()
        raise
    return server


def _environment(home: Path) -> dict[str, str]:
    own = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "jupyter-config",
        "JUPYTER_DATA_DIR": home / "jupyter-data",
        "JUPYTER_RUNTIME_DIR": home / "jupyter-runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "lab-settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "lab-workspaces",
        "PD_OPTSTAT_SOURCE": "simulator:",
        "PD_OPTSTAT_CACHE_DIR": home / "cache",
    }
    return {**os.environ, **{name: str(value) for name, value in own.items()}}


def _decline_news(settings: Path) -> None:
    """Decline JupyterLab's news, so that no dialog about them covers the page."""
    folder = settings / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True)
    choice = {"fetchNews": "false", "checkForUpdates": False}
    (folder / "notification.jupyterlab-settings").write_text(json.dumps(choice))


def _wait_until_ready(server: Server, path: str) -> None:
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise AssertionError(f"the server ended with {server.process.returncode}:\n{server.log()}")
        try:
            with urllib.request.urlopen(server.url(path), timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"no answer from {server.url(path)} within {TIMEOUT:.0f} s:\n{server.log()}")
