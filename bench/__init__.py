"""Benchmarks, run by `python -m bench`."""

import os

# One thread for linear algebra, before NumPy is there: more of them wait for each other where the machine is shared.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
