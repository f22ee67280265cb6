"""A cache in a process that lacks something: file descriptors, a home folder, standard output."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest
from support.quick import slow

import pd_optstat as po

MONTH = ("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("left", [0, slow(1), slow(2), slow(3)])
def test_without_file_descriptors_a_load_says_so(tmp_path, left):
    code = """
        import os, resource, sys, pd_optstat as po
        load = lambda **options: po.load(*sys.argv[3:], source="simulator:", cache=sys.argv[1], **options)
        load()
        po.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        taken = []
        try:
            while True: taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        for _ in range(int(sys.argv[2])): os.close(taken.pop())
        try:
            load(refresh=True)
        except po.CacheError as error:
            print(error)
        for descriptor in taken: os.close(descriptor)
        print(len(load(refresh=True)))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path), str(left), *MONTH]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    message, rows = done.stdout.splitlines()
    assert "Too many open files" in message
    assert rows == "10"


@pytest.mark.parametrize("given", ["~nobody-of-that-name/cache", "~nobody-of-that-name"])
def test_the_folder_of_a_user_that_does_not_exist_is_refused(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for use in (lambda: po.Cache(given), lambda: po.configure(cache_dir=given)):
        with pytest.raises(po.InvalidRequest, match="there is no user 'nobody-of-that-name'"):
            use()
    monkeypatch.setenv("PD_OPTSTAT_CACHE_DIR", given)
    with pytest.raises(po.InvalidRequest, match="there is no user"):
        po.load(*MONTH, source="simulator:")
    assert not list(tmp_path.iterdir())


def test_the_folder_of_a_user_without_a_home_is_refused():
    pwd = pytest.importorskip("pwd")
    homeless = [entry for entry in pwd.getpwall() if not os.path.isdir(entry.pw_dir)]
    if not homeless:
        pytest.skip("every user has a home")
    with pytest.raises(po.InvalidRequest, match="has no home folder"):
        po.Cache(f"~{homeless[0].pw_name}/x")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize("arguments", ["cache info", "versions", "cache path", "update"])
def test_commands_work_with_standard_output_closed(arguments):
    done = subprocess.run(
        f"'{sys.executable}' -m pd_optstat {arguments} >&-", shell=True, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
