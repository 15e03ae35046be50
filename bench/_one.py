"""`python -m bench._one KIND SIZE`: one measurement of `bench.speed`, as JSON, in a process of its own."""

from __future__ import annotations

import json
import sys

from bench.speed import one

if __name__ == "__main__":
    print(json.dumps(one(sys.argv[1], int(sys.argv[2]))))
