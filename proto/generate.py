"""Generate the Python modules of `pd_optstat/proto/` from the .proto files, or check that they are in step.

python proto/generate.py            # writes
python proto/generate.py --check    # writes nothing; exit code 1 if a module is out of step
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

# protoc 25.1. Newer compilers emit a version check that older protobuf runtimes fail.
COMPILER = "grpcio-tools==1.62.3"
# grpcio-tools imports pkg_resources, which setuptools dropped in 81.
BUILD_TOOLS = "setuptools<81"

SOURCES = Path(__file__).resolve().parent
ROOT = SOURCES.parent


def generate(into: Path) -> list[Path]:
    """Compile every .proto below `proto/` into the folder `into`; return the modules, relative to it."""
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        python = Path(scratch) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", COMPILER, BUILD_TOOLS], check=True)
        protos = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.proto"))
        subprocess.run(
            [python, "-m", "grpc_tools.protoc", f"--proto_path={SOURCES}", f"--python_out={into}", *protos],
            check=True,
            cwd=SOURCES,
        )
    return sorted(path.relative_to(into) for path in into.rglob("*_pb2.py"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a module is out of step")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch:
        modules = generate(Path(scratch))
        stale = [
            module
            for module in modules
            if not (ROOT / module).exists() or (ROOT / module).read_bytes() != (Path(scratch) / module).read_bytes()
        ]
        if not check:
            for module in stale:
                (ROOT / module).write_bytes((Path(scratch) / module).read_bytes())
    for module in stale:
        print(f"{'out of step' if check else 'written'}: {module}")
    print(f"{len(modules)} modules, {len(stale)} {'out of step' if check else 'changed'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
