"""What Chalice packages: a copy of the project with the locked libraries in it, for Lambda's processors and Python."""

from __future__ import annotations

import compileall
import json
import py_compile
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

import chalice.app
from chalice.config import Config

from chalicelib import settings
from sluice.errors import SluiceError
from sluice.project import config, environment
from sluice.project.config import Stage

PINS = Path("requirements.txt")
LAYER_PINS = Path("requirements") / "layer.txt"
DOCTOR_PINS = Path("requirements") / "doctor.txt"
VAULT_PINS = Path("requirements") / "vault.txt"
COPIED = ("app.py", "chalicelib", ".chalice/config.json", "policies")
VENDOR = Path("vendor")  # Chalice packages what is in here next to app.py
PROCESSORS = {"arm64": "aarch64", "x86_64": "x86_64"}
# The C library of each of Lambda's Pythons: a wheel for a newer one is packaged well and cannot be loaded.
# Where Lambda unpacks the code, as tracebacks name it.
TASK = Path("/var/task")
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
GLIBC, OLD_GLIBC = 34, {"3.10": 26, "3.11": 26}


class BundleError(SluiceError):
    """What Lambda runs cannot be put together; the message says what to do."""


def python(stage: Stage) -> str:
    """The Python that Lambda will run: the deployer's own, as Chalice has it; BundleError where the stage names another."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    if Config(stage.name, config_from_disk={}).lambda_python_version != f"python{own}":
        raise BundleError(f"Lambda has no Python {own} that Chalice knows; set .venv up with another: make PYTHON=…")
    if stage.python not in {None, own}:
        raise BundleError(
            f"the stage {stage.name!r} runs Python {stage.python}, and this is {own}; remove .venv, and set it up "
            f"again: make setup PYTHON=python{stage.python}"
        )
    return own


def processors(stage: Stage) -> str:
    """The processors of the stage's functions, as Chalice's configuration names them: `arm64` or `x86_64`."""
    written = json.loads(environment.CONFIG.read_bytes())
    named: str = written["stages"][stage.name].get("lambda_architecture", "x86_64")
    if named not in PROCESSORS:
        raise BundleError(f"{environment.CONFIG}: lambda_architecture is {' or '.join(PROCESSORS)}, and not {named!r}")
    return named


def make(stage: Stage, folder: Path) -> None:
    """The project's code in this folder, with its libraries where Chalice takes them as they are, and nothing to resolve."""
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if Path(name).is_dir():
            shutil.copytree(name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(name, target)
    install(stage, PINS, folder / VENDOR)
    if VENDOR.is_dir():
        shutil.copytree(VENDOR, folder / VENDOR, dirs_exist_ok=True)
    compile_all(folder)


def doctor(stage: Stage, folder: Path) -> None:
    """The scheduled doctor's own code in this folder: this package without what the doctor never imports, and sluice.toml."""
    install(stage, DOCTOR_PINS, folder)
    package, mine = Path(__file__).parents[1], ("access", "athena", "cloud", "doctor", "privacy", "project")
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        if path.suffix in {".py", ".toml"} and (len(inside.parts) == 1 or inside.parts[0] in mine):
            target = folder / package.name / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.copy(config.FILE, folder)


def install(stage: Stage, pins: Path, folder: Path) -> None:
    """Exactly the locked files into this folder, for Lambda; BundleError where one is missing, another, or too new."""
    if not pins.is_file():
        raise BundleError(f"there is no {pins}; `make lock` writes it")
    version = python(stage)
    wheels = f"{PROCESSORS[processors(stage)]}-manylinux_2_28"
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--python", sys.executable]
    exact = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-platform", wheels]
    command = [*uv, *exact, "--python-version", version, "--target", str(folder), "--requirement", str(pins)]
    if subprocess.run(command, env=settings.environment(), check=False).returncode != 0:
        raise BundleError(f"{pins} could not be installed for Lambda; uv said why above")
    if newer := list(too_new(folder, OLD_GLIBC.get(version, GLIBC))):
        raise BundleError(f"Lambda's Python {version} cannot load {', '.join(newer)}; deploy with Python 3.12")
    # What installers leave: commands, which Lambda has nobody to call, and a lock.
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)


def compile_all(folder: Path) -> None:
    """Put bytecode next to all code: else each cold start compiles it.

    It is never compared with its source, whose times packaging changes; the same files give the same bytecode.
    """
    vendor = folder / VENDOR
    for place, inside in ((folder / "chalicelib", "chalicelib"), (vendor, "")):
        found = compileall.compile_dir(place, ddir=str(TASK / inside), quiet=1, invalidation_mode=UNCHECKED)
        if not found:
            raise BundleError("the code could not be compiled; Python said why above")
    # Chalice packages app.py and its own runtime without their bytecode.
    runtime = {"chalice/__init__.py": chalice.__file__, "chalice/app.py": chalice.app.__file__}
    for name, source in {"app.py": str(folder / "app.py"), **runtime}.items():
        compiled = cache_from_source(str(vendor / name))
        py_compile.compile(source, compiled, str(TASK / name), doraise=True, invalidation_mode=UNCHECKED)


def too_new(folder: Path, glibc: int) -> Iterator[str]:
    """The libraries that need a newer C library than 2.`glibc`."""
    for file in sorted(folder.glob("*.dist-info/WHEEL")):
        needed = re.findall(r"^Tag: \S+-manylinux_2_(\d+)_", file.read_text(), re.MULTILINE)
        if needed and min(map(int, needed)) > glibc:
            yield file.parent.name.removesuffix(".dist-info")
