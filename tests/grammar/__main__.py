"""Check files of SQL by hand: python -m tests.grammar FILE …, or the standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.grammar import NO_NODE, NODE, faults, statements


def main() -> int:
    """1 if a statement is wrong, and 2 without node."""
    if NODE is None:
        sys.stderr.write(f"{NO_NODE}\n")
        return 2
    texts = {name: Path(name).read_text() for name in sys.argv[1:]} or {"stdin": sys.stdin.read()}
    found = [(name, fault) for name, text in texts.items() for each in faults(statements(text)) for fault in each]
    sys.stdout.writelines(f"{name}: {fault}\n" for name, fault in found)
    return bool(found)


sys.exit(main())
