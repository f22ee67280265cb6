"""How Sphinx builds the site: ``sphinx-build -W --keep-going -n docs build/site``.

Nothing is fetched: no inventories of other sites, no fonts, no scripts of others. The notebooks are shown with the
outputs that are committed, which tests compare with what the cells give; the code of other pages is executed here,
against the simulator, in a cache folder of the build's own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pd_optstat
import pd_optstat.errors

HERE = Path(__file__).parent

# Sphinx reads below its own folder only. The copy is made anew for each build and never committed.
shutil.rmtree(HERE / "notebooks", ignore_errors=True)
shutil.copytree(HERE.parent / "notebooks", HERE / "notebooks", ignore=shutil.ignore_patterns(".*", "*.py"))
for notebook in (HERE / "notebooks").glob("*.ipynb"):  # beside the pages, where these lie one folder up
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("](../docs/", "](../"), encoding="utf-8")
# The quick start comes first, and then whatever other notebooks there are.
names = sorted((path.stem for path in HERE.glob("notebooks/*.ipynb")), key=lambda name: (name != "quickstart", name))
entries = "\n".join(f"notebooks/{name}" for name in names)
toctree = f"```{{toctree}}\n:caption: Tutorial\n:hidden:\n\n{entries}\n```\n"
(HERE / "notebooks" / "toctree.txt").write_text(toctree, encoding="utf-8")

# What the pages run finds neither the builder's cache nor their OpenD.
scratch = tempfile.mkdtemp(prefix="pd_optstat-docs-")
atexit.register(shutil.rmtree, scratch, ignore_errors=True)
os.environ["PD_OPTSTAT_CACHE_DIR"] = scratch
os.environ["PD_OPTSTAT_SOURCE"] = "opend://127.0.0.1:1"
# The kernels import the package that the docstrings come from, installed or not.
package = str(Path(pd_optstat.__file__).parents[1])
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))

project = "pd_optstat"
copyright = "the authors of pd_optstat"
version = release = pd_optstat.__version__

# Formulas are written in plain characters: no script from elsewhere sets them.
extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc", "myst_nb"]
exclude_patterns = ["_build"]
templates_path: list[str] = []

# Single backticks name arguments as well as objects; only what is written as a role is a link.
default_role = "literal"
autodoc_typehints = "none"  # numpydoc's sections give types, with shapes and units
autodoc_member_order = "bysource"

numpydoc_show_class_members = False
# All public docstrings have these; what is missing is a warning, and so an error.
numpydoc_validation_checks = {
    *("GL03", "GL05", "GL06", "GL07", "GL08"),  # a docstring, with sections that are known and in order
    *("SS01", "SS02", "SS03", "SS06"),  # a summary on one line: a sentence
    *("PR01", "PR02", "PR03", "PR04", "PR07", "PR10"),  # every argument, its type, what it means
    *("RT01", "RT03"),  # what comes back
    "EX01",  # an example, which doctest runs
}
# The classes of errors and warnings are raised by us alone, and enumerations are never called.
numpydoc_validation_exclude = {
    r"pd_optstat\.(Index)?Option[MST]\w+",
    *(rf"pd_optstat\.{name}$" for name in pd_optstat.errors.__all__ if name[0].isupper()),
}
# The examples of `Cache.path`, `verify` and `clear` are those of the class.
numpydoc_validation_overrides = {"EX01": [r"^The folder\.$", r"^Check every record,", r"^Forget series:"]}

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_excludepatterns = ["*.ipynb"]
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # live widgets would be loaded from elsewhere

html_theme = "furo"
html_title = f"pd_optstat {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["tables.js"]
html_show_sphinx = False
