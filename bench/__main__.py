"""`python -m bench [NAME ...] [--quick] [--page PAGE]`: runs the benchmarks named (all of them without a name).

Each prints what it compares side by side, in this one run, as ratios: the machine may be shared and noisy.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

import bench
from bench._report import Tee, put_in_page, section


def main(arguments: list[str]) -> int:
    known = sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if not m.name.startswith("_"))
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Runs the benchmarks, one after another.",
        epilog=f"Benchmarks: {', '.join(known)}.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a benchmark; without any, all of them")
    parser.add_argument("--quick", action="store_true", help="about a minute each: fewer and smaller cases")
    parser.add_argument("--page", type=Path, metavar="PAGE", help="also write the results into this Markdown page")
    args = parser.parse_args(arguments)
    wrong = [name for name in args.names if name not in known]
    if wrong:
        print(f"There is no benchmark {wrong[0]!r}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in args.names or known:
        print(f"\n== {name} ==", flush=True)
        run(name, quick=args.quick, page=args.page)
    return 0


def run(name: str, *, quick: bool, page: Path | None) -> None:
    """One benchmark; it is given those of `quick` and `pictures` (a folder) that it asks for."""
    module = importlib.import_module(f"bench.{name}")
    pictures = page.with_suffix("") if page else None
    offered = {"quick": quick, "pictures": pictures}
    wanted = {k: v for k, v in offered.items() if k in inspect.signature(module.main).parameters}
    if page is None:
        module.main(**wanted)
        return
    tee = Tee()
    with contextlib.redirect_stdout(tee):
        module.main(**wanted)
    command = f"python -m bench {name}" + (" --quick" if quick else "")
    put_in_page(page, name, section(name, module.__doc__ or name, "".join(tee.kept), command))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
