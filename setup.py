"""What pyproject.toml cannot say: the wheel has app.py and the demo's files, which a checkout has at its top."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithFiles(build_py):
    """Copies them to where sluice/local/shipped.py looks."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            files = Path(self.build_lib) / "sluice" / "local" / "files"
            shutil.copytree(
                "demo", files / "demo", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__")
            )
            shutil.copy("app.py", files)


setup(cmdclass={"build_py": WithFiles})
