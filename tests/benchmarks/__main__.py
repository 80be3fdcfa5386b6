"""`python -m tests.benchmarks`: which benchmarks there are, each by its command and the first line of what it says."""

from __future__ import annotations

import pkgutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
MARK = '"""`python -m '


def commands() -> dict[str, str]:
    """What each measures, by command."""
    found = {}
    for module in sorted(pkgutil.iter_modules([str(HERE)])):
        file = HERE / (f"{module.name}/__main__.py" if module.ispkg else f"{module.name}.py")
        first = file.read_text(encoding="utf-8").partition("\n")[0] if file.exists() else ""
        if first.startswith(MARK) and module.name != "__main__":
            command, _, about = first.removeprefix('"""`').partition("`: ")
            found[command] = about
    return found


def main() -> int:
    """Print."""
    found = commands()
    width = max(map(len, found))
    for command, about in found.items():
        print(f"{command:<{width}}  {about}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
