"""What every form of the page has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """A form of the page: a field that it does not have is an error."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_max_length=10_000, str_strip_whitespace=True)
