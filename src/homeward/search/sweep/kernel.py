"""What the fast parts of sweeping share: how they are compiled, and their random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

# These functions allocate nothing; without numba's reference counting, records of arrays pass between them freely.
compiled: Any = njit(cache=True, _nrt=False)  # type: ignore[call-overload]


@compiled
def drawn(random):  # pragma: no cover
    """Next of xorshift64 (Marsaglia 2003, J. Stat. Software 8(14)), 64 random bits; `random` (1,) is its state."""
    s = random[0]
    s ^= s << np.uint64(13)
    s ^= s >> np.uint64(7)
    s ^= s << np.uint64(17)
    random[0] = s
    return s
