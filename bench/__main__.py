"""`python -m bench [NAME ...]`: runs the benchmarks named (all of them without a name), one after another.

Each prints what it compares side by side, in this one run, as ratios: the machine may be shared and noisy.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def main(names: list[str]) -> int:
    known = sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if not m.name.startswith("_"))
    wrong = [name for name in names if name not in known]
    if wrong:
        print(f"There is no benchmark {wrong[0]!r}. There are: {', '.join(known)}.")
        return 1
    for name in names or known:
        print(f"\n== {name} ==", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
