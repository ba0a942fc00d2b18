"""The key by which push services know this installation (RFC 8292)."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class KeyUnusable(Exception):
    """The file does not hold a private key on P-256 in PEM. The text names only the file."""


def make_key(file: Path) -> Path:
    """Make a private key in `file`, readable by its owner only, unless there is one."""
    if not file.exists():
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
    return file


def read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """Return the private key in `file`. Raises: KeyUnusable."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise KeyUnusable(f"{file} is not a private key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise KeyUnusable(f"{file} is not a key on P-256")
    return key


def public_key(file: Path) -> str:
    """Return the public key as `PushManager.subscribe` takes it: base64url of the point."""
    point = read_key(file).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
