"""Words that only those named can read: sealed in the mission file for each reader's key, which a passphrase makes.

Standard constructions only, all from the `cryptography` package:

- a reader's key pair is X25519 (RFC 7748); its private half is scrypt (RFC 7914) of the passphrase (Unicode NFKC) and
  16 random bytes, with N = 2^17, r = 8, p = 1 (OWASP Password Storage Cheat Sheet, 2023: the least it recommends);
- each text has a random key of its own, under which ChaCha20-Poly1305 (RFC 8439) seals it together with whom it is for
  and what it belongs to, so that neither can be exchanged; it is filled up to whole blocks of 256 bytes (ours), so that
  its length tells little;
- that key is wrapped for each reader as the age format wraps its own (age-encryption.org/v1, X25519 recipients): a
  fresh X25519 key, HKDF-SHA-256 (RFC 5869) over what both sides share, ChaCha20-Poly1305 under it.

Only the salt and the public half of a reader's key are kept. A passphrase that is lost cannot be recovered, and who has
the file can try passphrases: hence the cost of scrypt, and the least length.
"""

from __future__ import annotations

import base64
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from homeward.errors import BadInput, MissionFileError
from homeward.mission.debriefs import Reader
from homeward.mission.encode import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

LEAST_PASSPHRASE, MOST_PASSPHRASE = 12, 1000
"""Characters: ours. A few random words have more."""
LEAST_DIFFERENT = 6
"""Different characters of a passphrase: ours."""
COST = (17, 8, 1)
"""scrypt's log2 of N, r and p for new keys."""
MOST_MEMORY_BYTES: Final = 2**28
"""That a key of a file may cost to make: ours, against files that would take all of a computer's memory."""
BLOCK_BYTES: Final = 256
FORMAT: Final = "homeward-sealed-1"
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrapped:
    """The key of a text as wrapped for one reader."""

    reader: str
    salt: str
    public_key: str
    share: str
    key: str


def check_passphrase(passphrase: str) -> str:
    """The passphrase as it is used. Raises `BadInput` for one that is too short to keep a secret, or too long."""
    text = unicodedata.normalize("NFKC", passphrase).strip()
    if len(text) < LEAST_PASSPHRASE:
        raise BadInput(
            f"The passphrase has {len(text)} characters. Take {LEAST_PASSPHRASE} or more: four words that have nothing "
            "to do with one another are good. It cannot be recovered: keep it on paper where only you get at it."
        )
    letters = "".join(text.casefold().split())
    if len(set(letters)) < LEAST_DIFFERENT or letters in (letters + letters)[1:-1]:
        raise BadInput(
            "The passphrase is the same over and over, which is tried first. Take four words that have nothing to do "
            "with one another."
        )
    if len(text) > MOST_PASSPHRASE:
        raise BadInput(f"The passphrase has {len(text)} characters. Take at most {MOST_PASSPHRASE}.")
    return text


def new_reader(name: str, passphrase: str) -> Reader:
    """The public half of a reader's new key, with the salt that the passphrase makes the other half with."""
    text = check_passphrase(passphrase)
    salt = "$".join(["scrypt", *(str(n) for n in COST), _b64(secrets.token_bytes(16))])
    return Reader(id=name, public_key=_public(_private(text, salt)), salt=salt)


def seal(words: Mapping[str, str], readers: Sequence[Reader], *, about: str) -> str:
    """`words` (field -> text) as text that only the readers can open; `about` is the record that they belong to."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if not readers:
        raise BadInput("A sealed statement needs somebody who can read it. Name a reader: --reader NAME.")
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE_BYTES)
    wrapped = [_wrap(key, reader) for reader in readers]
    plain = canonical(dict(words)).encode()
    padded = plain + b" " * (-len(plain) % BLOCK_BYTES)
    text = ChaCha20Poly1305(key).encrypt(nonce, padded, _bound(wrapped, about))
    return canonical({"format": FORMAT, "for": [_fields(w) for w in wrapped], "nonce": _b64(nonce), "text": _b64(text)})


def unseal(sealed: Mapping[str, str], *, reader: str, passphrase: str) -> dict[str, dict[str, str]]:
    """What `seal` sealed, by the record it belongs to: record -> field -> text. `BadInput` for somebody it was not
    sealed for, or a passphrase that is not theirs; `MissionFileError` where sealed text was changed.
    """
    text = unicodedata.normalize("NFKC", passphrase).strip()
    keys: dict[str, X25519PrivateKey] = {}  # making one costs a quarter of a second
    return {about: _unsealed(one, reader, text, about, keys) for about, one in sealed.items()}


# --- what is behind them ----------------------------------------------------------------------------------

_DAMAGED = "The sealed words of {} were changed after they were sealed. Run `homeward log verify` on the mission."


def _unsealed(
    sealed: str, reader: str, passphrase: str, about: str, keys: dict[str, X25519PrivateKey]
) -> dict[str, str]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    wrapped, nonce, text = _read(sealed)
    mine = next((w for w in wrapped if w.reader == reader), None)
    if mine is None:
        raise BadInput(
            f"{about} was not sealed for {reader}, but for {', '.join(w.reader for w in wrapped)}. Nobody else can "
            "open it, and no reader can be added afterwards."
        )
    private = keys.get(mine.salt) or _private(passphrase, mine.salt)
    keys[mine.salt] = private
    if _public(private) != mine.public_key:
        raise BadInput(
            f"This is not the passphrase of {reader}'s key. Type it again, and look at the keyboard's layout; a lost "
            "one cannot be recovered."
        )
    try:
        plain = ChaCha20Poly1305(_unwrap(mine, private)).decrypt(nonce, text, _bound(wrapped, about))
        return {str(k): str(v) for k, v in json.loads(plain).items()}
    except (InvalidTag, ValueError, AttributeError) as err:
        raise MissionFileError(_DAMAGED.format(about)) from err


def _private(passphrase: str, salt: str) -> X25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    log2_n, r, p, raw = _cost(salt)
    made = Scrypt(salt=raw, length=32, n=2**log2_n, r=r, p=p).derive(passphrase.encode())
    return X25519PrivateKey.from_private_bytes(made)


def _cost(salt: str) -> tuple[int, int, int, bytes]:
    try:
        name, *cost, raw = salt.split("$")
        log2_n, r, p = (int(n) for n in cost)
        fits = name == "scrypt" and min(log2_n, r, p) >= 1 and log2_n < 32 and 128 * r * p * 2**log2_n
        if not fits or fits > MOST_MEMORY_BYTES:
            raise ValueError(salt)
        return log2_n, r, p, _raw(raw)
    except ValueError as err:
        raise MissionFileError("A reader's key in this mission is damaged. Run `homeward log verify` on it.") from err


def _public(private: X25519PrivateKey) -> str:
    return _b64(private.public_key().public_bytes_raw())


def _wrap(key: bytes, reader: Reader) -> _Wrapped:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    fresh, theirs = X25519PrivateKey.generate(), _raw(reader.public_key)
    share = fresh.public_key().public_bytes_raw()
    try:
        shared = fresh.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError as err:
        raise MissionFileError(f"The key of {reader.id} is damaged. Run `homeward log verify` on the mission.") from err
    wrapped = ChaCha20Poly1305(_stretched(shared, share + theirs)).encrypt(bytes(_NONCE_BYTES), key, None)
    return _Wrapped(
        reader=reader.id, salt=reader.salt, public_key=reader.public_key, share=_b64(share), key=_b64(wrapped)
    )


def _unwrap(mine: _Wrapped, private: X25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    share = _raw(mine.share)
    shared = private.exchange(X25519PublicKey.from_public_bytes(share))
    wrapper = ChaCha20Poly1305(_stretched(shared, share + _raw(mine.public_key)))
    return wrapper.decrypt(bytes(_NONCE_BYTES), _raw(mine.key), None)


def _stretched(shared: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=FORMAT.encode() + b" X25519").derive(shared)


def _bound(wrapped: Sequence[_Wrapped], about: str) -> bytes:
    """What is sealed with the words, in clear: for whom, and what they belong to."""
    return canonical({"format": FORMAT, "about": about, "for": [_fields(w) for w in wrapped]}).encode()


def _fields(wrapped: _Wrapped) -> dict[str, str]:
    return {name: getattr(wrapped, name) for name in ("reader", "salt", "public_key", "share", "key")}


def _read(sealed: str) -> tuple[list[_Wrapped], bytes, bytes]:
    try:
        data: dict[str, Any] = json.loads(sealed)
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        wrapped = [_Wrapped(**{k: str(v) for k, v in one.items()}) for one in data["for"]]
        return wrapped, _raw(data["nonce"]), _raw(data["text"])
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise MissionFileError(
            "A sealed statement is damaged, or from a newer homeward. Update homeward, or run `homeward log verify`."
        ) from err


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
