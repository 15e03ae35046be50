"""Pictures of pages with few colours: a fifth of the bytes."""

from __future__ import annotations

from PIL import Image


def few_colours(picture: Image.Image, *, frequent: int, rare: int, dither: bool = True) -> Image.Image:
    """The picture in so many colours: mostly the frequent ones, and some that are rare but far from the others, such as
    a clue's yellow or the red of the IPP.
    """
    full = picture.convert("RGB")
    palette = Image.new("P", (1, 1))
    usual = full.quantize(frequent).getpalette() or []
    seldom = full.quantize(rare, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette.putpalette([*usual[: 3 * frequent], *seldom[: 3 * rare]])
    how = Image.Dither.FLOYDSTEINBERG if dither else Image.Dither.NONE
    return full.quantize(palette=palette, dither=how)
