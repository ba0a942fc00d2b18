"""Any kind of pixel becomes plain sRGB: eight bits, three channels, no transparency, no profile."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageCms

_DEEP_GREY: Final = frozenset(("I", "I;16", "I;16L", "I;16B", "I;16N"))
_PROFILED: Final = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def spread(image: Image.Image) -> Image.Image:
    """Return `image` as `L`, `LA`, `RGB`, `RGBA` or `CMYK`: eight bits a channel, no palette."""
    if image.mode in _DEEP_GREY:
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("LA", "La"):
        return image if image.mode == "LA" else image.convert("LA")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in _PROFILED:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def on_white(image: Image.Image) -> Image.Image:
    """Lay what `spread` returned on white where it is transparent: `L`, `RGB` or `CMYK`."""
    if image.mode not in ("LA", "RGBA"):
        return image
    opaque = image.convert("L" if image.mode == "LA" else "RGB")
    white = Image.new(opaque.mode, opaque.size, "white")
    white.paste(opaque, mask=image.getchannel("A"))
    return white


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an `L`, `RGB` or `CMYK` image as sRGB. A profile that does not fit is ignored."""
    if profile:
        try:
            return _through(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image if image.mode == "RGB" else image.convert("RGB")


def _through(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert by the profile.

    Raises:
        ValueError: the profile is for another kind of pixel.
        ImageCms.PyCMSError, OSError: it is damaged.
    """
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if source.profile.xcolor_space.strip() != _PROFILED[image.mode]:
        raise ValueError(image.mode)
    if (source.profile.profile_description or "").startswith("sRGB"):
        return image.convert("RGB")
    converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    if converted is None:
        raise ValueError(image.mode)
    return converted
