"""What a page that shows nothing personal is refused."""

from __future__ import annotations

from homeward.errors import BadInput


def check_shown(*, personal: bool) -> None:
    """Raises `BadInput` where nothing personal is shown."""
    if not personal:
        raise BadInput("What witnesses say is personal, which this page does not show. Use: homeward serve --personal.")
