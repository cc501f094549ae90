"""Files encrypted with age (age-encryption.org), for a passphrase or for keys; knows nothing of their contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from memcli.errors import BadInputError, UsageError

_HEADER: Final = b"age-encryption.org/v1"
_ARMORED: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_PASSPHRASE_STANZA: Final = b"-> scrypt "


@dataclass(frozen=True, slots=True)
class Lock:
    """What closes a file: a passphrase, or the public keys (``age1…``, ``ssh-…``) of who may open it."""

    passphrase: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a file: a passphrase, or a file of age identities."""

    passphrase: str = ""
    identities: Path | None = None


def is_sealed(path: Path) -> bool:
    """Whether a file is encrypted with age."""
    return _head(path).startswith((_HEADER, _ARMORED))


def needs_passphrase(path: Path) -> bool:
    """Whether it is a passphrase that opens it."""
    return _PASSPHRASE_STANZA in _head(path)


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(200)


def seal(plain: Path, sealed: Path, lock: Lock) -> None:
    """Encrypt a file into another.

    Raises:
        UsageError: a key is not one that age knows.
    """
    import pyrage

    if lock.passphrase:
        sealed.write_bytes(pyrage.passphrase.encrypt(plain.read_bytes(), lock.passphrase))
        return
    recipients = [_recipient(each) for each in lock.recipients]
    with plain.open("rb") as reader, sealed.open("wb") as writer:
        pyrage.encrypt_io(reader, writer, recipients)


def unseal(sealed: Path, plain: Path, key: Key) -> None:
    """Decrypt a file into another.

    Raises:
        BadInputError: the key is wrong, or the file was damaged or changed; nothing of it may be used.
    """
    import pyrage

    try:
        if key.passphrase:
            plain.write_bytes(pyrage.passphrase.decrypt(sealed.read_bytes(), key.passphrase))
            return
        identities = _identities(key.identities)
        with sealed.open("rb") as reader, plain.open("wb") as writer:
            pyrage.decrypt_io(reader, writer, identities)
    except pyrage.DecryptError as error:
        raise BadInputError(f"{sealed.name} cannot be decrypted: {error}", hint="is it the right key?") from error


def _recipient(text: str) -> Any:  # noqa: ANN401 -- the library's own key types have no common one
    import pyrage

    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise UsageError(f"{text!r} is not a key to encrypt for", hint="it begins with age1 or ssh-") from error


def _identities(path: Path | None) -> Sequence[Any]:
    import pyrage

    if path is None:
        raise UsageError("this file is encrypted for a key", hint="give the file of your age key with --identity")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [
            pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")
        ] or [pyrage.ssh.Identity.from_buffer(path.read_bytes())]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise BadInputError(f"{path} holds no key that age knows") from error
