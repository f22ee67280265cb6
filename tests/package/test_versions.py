"""`po.show_versions`: complete, without secrets, and without importing the packages it lists."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import pd_optstat as po
from pd_optstat.cli import main
from pd_optstat.versions import PACKAGES

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
SECRETS = ("s3same", "AKIAKEY", "hunter2", "-----BEGIN")


def test_show_versions_prints_what_it_returns(capsys):
    found = po.show_versions(as_dict=True)
    assert capsys.readouterr().out == ""
    assert po.show_versions() is None
    printed = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert printed == {name: value or "not installed" for name, value in found.items()}
    assert main(["versions"]) == 0
    assert "pd_optstat" in capsys.readouterr().out
    assert json.loads(json.dumps(found)) == found


def test_show_versions_reports_installed_versions():
    found = po.show_versions(as_dict=True)
    assert found["pd_optstat"] == po.__version__
    assert found["python"].startswith(sys.version.split()[0])
    for name in PACKAGES:
        try:
            assert found[name] == version(name)
        except PackageNotFoundError:
            assert found[name] is None
    assert re.fullmatch(r"3\.\d+\.\d+", found["sqlite"])


@pytest.mark.skipif(not PROJECT.exists(), reason="no checkout: pyproject.toml is not here")
def test_show_versions_names_every_dependency():
    project = tomllib.loads(PROJECT.read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [
        *project["dependencies"],
        *(one for name in ("encryption", "websocket", "research", "parquet") for one in extras[name]),
    ]
    assert {re.match(r"[A-Za-z0-9-]+", one)[0] for one in needed} <= set(PACKAGES)


def test_show_versions_imports_nothing():
    code = (
        "import sys, pd_optstat as po; before = set(sys.modules); po.show_versions(as_dict=True)\n"
        "heavy = {'google.protobuf', 'diskcache', 'matplotlib', 'anywidget', 'IPython', 'futu', 'pyarrow', 'fsspec'}\n"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("opend://127.0.0.1:7", "opend://127.0.0.1:7"),
        ("ws://:s3same@localhost:11112", "ws://localhost:11112 with key"),
        ("wss://:s3same@localhost:1?namespace=desk", "wss://localhost:1 with key, namespace"),
        ("opend://h:1?rsa_key=hunter2.pem", "opend://h:1 with rsa_key"),
        ("simulator:?seed=7", "simulator:?seed=7"),
        ("snapshot:~/study.optstat", "snapshot:~/study.optstat"),
        ("parquet:s3://AKIAKEY:hunter2@bucket/x", "parquet:s3://..."),
        ("parquet:https://host/x?token=s3same", "parquet:https://..."),
        ("parquet:s3://bucket/x?token=s3same", "not a valid source"),
        ("parquet:folder-s3same", "parquet:..."),
        ("ws://s3same:s3same@h:1", "not a valid source"),
        ("s3same", "not a valid source"),
        ("opend://h:1?key=s3same", "not a valid source"),
        ("opend://h:1?rsa_key=-----BEGIN PRIVATE", "not a valid source"),
    ],
)
def test_source_url_is_shown_without_secrets(source, shown, monkeypatch):
    monkeypatch.setenv("PD_OPTSTAT_SOURCE", source)
    found = po.show_versions(as_dict=True)
    assert found["source"] == f"{shown} (by $PD_OPTSTAT_SOURCE)"
    assert not any(secret in str(found) for secret in SECRETS)


def test_source_object_is_shown_without_secrets():
    po.configure(source=po.OpenDWebSocket(key="s3same"))
    shown = po.show_versions(as_dict=True)["source"]
    assert shown == "OpenDWebSocket(host='127.0.0.1', port=11112, key=<hidden>, timeout=5.0) (by po.configure)"
    po.configure(source=po.Parquet("s3://AKIAKEY:hunter2@bucket/x"))
    assert po.show_versions(as_dict=True)["source"] == "Parquet (by po.configure)"
    po.configure(source=None)
    assert po.show_versions(as_dict=True)["source"] == "opend://127.0.0.1:11111 (built in)"


def test_cache_folder_is_shown_without_the_user_name(monkeypatch, tmp_path):
    home = tmp_path / "home" / "ada"
    home.mkdir(parents=True)
    other = tmp_path / "link"
    other.symlink_to(home)
    monkeypatch.setenv("HOME", str(other))
    for folder in (other / "cache", home / "cache"):
        monkeypatch.setenv("PD_OPTSTAT_CACHE_DIR", str(folder))
        assert po.show_versions(as_dict=True)["cache"] == f"~{os.sep}cache (by $PD_OPTSTAT_CACHE_DIR)"
    po.configure(cache_dir=tmp_path / "home" / "adam")
    assert po.show_versions(as_dict=True)["cache"] == f"{tmp_path}/home/adam (by po.configure)"
    po.configure(cache_dir=None)
    monkeypatch.delenv("PD_OPTSTAT_CACHE_DIR")
    assert po.show_versions(as_dict=True)["cache"].startswith("~")
