"""What a person must know before AFP becomes SMB: what no source confirms, what is dropped, what an export cannot show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from odkit.afp.places import PlaceKind
from odkit.afp.urls import AfpUrl
from odkit.text import escape, plural

__all__ = ["labels_of", "notes_of"]

_SAMBA_HOMES = "homes"


def labels_of(kinds: Collection[PlaceKind]) -> Iterator[str]:
    """Yield what no source confirms about the forms that are written, in ASCII, one line each."""
    if PlaceKind.MOUNT in kinds:
        yield "NOT CONFIRMED: no document of Apple shows url==smb:// in a mount. By its source, autofs (10.5 to 15) takes any scheme there."
    if PlaceKind.HOME in kinds:
        yield "NOT CONFIRMED: that the login window mounts a home of Open Directory by SMB. The form of the URL is that of auto_master(5)."
    if kinds:
        yield "Try one user on one Mac first."


def notes_of(urls: Iterable[tuple[PlaceKind, AfpUrl]], moved: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield the rest.

    Args:
        urls: those that are rewritten.
        moved: (share of AFP, share of SMB) -> number of places.
    """
    given = list(urls)
    if not given:
        return
    yield f"Shares that the servers of SMB must give ({len(moved)}):"
    for (old, new), count in sorted(moved.items()):
        yield f"  smb://{escape(new)} for afp://{escape(old)}: {plural(count, 'place')}"
    if any(new.split("/")[1].lower() == _SAMBA_HOMES for _, new in moved):
        yield "A Samba server gives each user his own folder by the name homes: map such a share to another name (--share-map)."
    auth = sum(url.auth for _, url in given)
    if auth:
        yield f";AUTH=... is in {plural(auth, 'URL')} and is dropped: it belongs to AFP, and names a user to SMB."
    ports = sum(url.port for _, url in given)
    if ports:
        yield f"Port 548 is in {plural(ports, 'URL')} and is dropped: it is AFP's."
    users = Counter(url.user for _, url in given if url.user)
    for user, count in sorted(users.items()):
        yield f"The user {escape(user)} is in {plural(count, 'URL')} and is kept: SMB logs in as him."
    yield "Where a URL names no user, a Mac logs in as the one who comes first: he needs a ticket, or his password in the keychain."
    yield "One mount is one user's session: with fast user switching, or a folder that several share, try that, too."
    yield (
        "An export does not show whether a volume tells capitals from small letters; diskutil info on the server does. "
        "SMB mostly does not: of two files there whose names differ in case alone, users see one."
    )
