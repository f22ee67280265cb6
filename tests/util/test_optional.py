"""Optional dependencies: imported, or named with the command that installs them."""

from __future__ import annotations

import sys

import pytest

from pd_optstat._util.optional import import_optional
from pd_optstat.errors import InvalidRequest


def test_an_installed_module_is_returned():
    assert import_optional("os.path", "os", "research", "paths").join("a", "b") in ("a/b", "a\\b")


@pytest.mark.parametrize("module", ["not_installed_anywhere", "not_installed_anywhere.part"])
def test_the_error_names_the_package_and_the_extra(module):
    with pytest.raises(InvalidRequest) as caught:
        import_optional(module, "NotInstalled", "research", "adjusted p-values")
    assert str(caught.value) == (
        "Adjusted p-values need NotInstalled: pip install 'pd-optstat[research]', or '.[research]' in a clone."
    )


def test_a_broken_installation_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import a_dependency_that_is_missing\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_dependency_that_is_missing"):
        import_optional("half_installed", "half-installed", "research", "sweeps")
    assert "half_installed" not in sys.modules
