"""The npm package as others get it: packed, installed from its tarball without a network, imported, bundled and type-checked."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

CLIENT = ROOT / "client"
TOOLS = CLIENT / "node_modules" / ".bin"
pytestmark = pytest.mark.skipif(
    shutil.which("npm") is None or not TOOLS.is_dir(), reason="packing needs npm and make client"
)

USE = """
import { start, type Consent, type Options, type Sluice } from "sluice-tracker";
import { vitals } from "sluice-tracker/vitals";

const options: Options = { bucket: "shop-analytics", session: "tab", exclude: "/admin/*", keepQuery: "id", consent: "none" };
const sluice: Sluice = start(options, "https://track.example.com/");
sluice("purchase", { value: 49.9, currency: "EUR" });
vitals(sluice);
const word: Consent = "aggregate";
sluice.consent(word);
window.sluice("later");
window.sluice.consent("full");
"""
MISUSE = (
    *('start({ bucket: "a", exclude: 1 }, "/")', 'start({ session: "tab" }, "/")', "sluice(1)", "vitals()"),
    *('start({ bucket: "a", consent: "yes" }, "/")', 'sluice.consent("maybe")', "sluice.consent()"),
)


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with the package in it; npm has no cache and no network."""
    folder = tmp_path_factory.mktemp("package")
    tarball = run(CLIENT, "npm", "pack", "--silent", "--pack-destination", folder).strip()
    run(folder, "npm", "install", "--offline", "--silent", "--cache", folder / "cache", f"./{tarball}")
    return folder


def test_the_package_can_be_imported_in_node(installed: Path) -> None:
    (installed / "both.mjs").write_text(
        'import { start } from "sluice-tracker";\nimport { vitals } from "sluice-tracker/vitals";\n'
        "console.log(typeof start, typeof vitals);"
    )

    assert run(installed, "node", "both.mjs") == "function function\n"


def test_the_package_has_no_files_of_the_script_tag(installed: Path) -> None:
    names = {path.name for path in (installed / "node_modules" / "sluice-tracker").iterdir()}

    assert names == {
        *("package.json", "README.md", "tracker.js", "tracker.d.ts", "core.js", "actions.js", "seen.js"),
        *("vitals.js", "vitals.d.ts"),
    }


def test_a_bundler_makes_one_file_of_it_that_loads_nothing(installed: Path) -> None:
    (installed / "use.ts").write_text(USE)

    bundle = run(installed, TOOLS / "esbuild", "use.ts", "--bundle", "--format=esm")

    assert "file_download" in bundle and "web_vitals" in bundle
    assert "import(" not in bundle


@pytest.mark.parametrize("resolution", [("nodenext", "nodenext"), ("esnext", "bundler")])
def test_its_types_admit_use_and_refuse_misuse(resolution: tuple[str, str], installed: Path) -> None:
    wrong = "\n".join(f"// @ts-expect-error\n{line};" for line in MISUSE)
    (installed / "checked.mts").write_text(USE + wrong)
    module, how = resolution

    run(installed, TOOLS / "tsc", "--noEmit", "--strict", "--module", module, "--moduleResolution", how, "checked.mts")
