"""Reads a running directory through ldap3; its connection has no operation that writes.

Traps of ldap3 2.9.1 that this module keeps from its callers: truncated results that count as success, certificates that nobody checks,
URLs with a slash at their end, errors as return values, referrals that are followed, answers without a limit.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError, LDAPStartTLSError
from ldap3.core.tls import Tls

from odkit.errors import LiveError, UsageError
from odkit.ldif import Attributes, Entry
from odkit.live.binding import Anonymous, BindRefused, Gssapi, Partial, Settings, Simple
from odkit.live.bounds import Bounded
from odkit.redaction import mask_urls
from odkit.text import escape, shorten

__all__ = ["LiveDirectory"]


_PARTIAL = {3: "time limit", 4: "size limit", 11: "administrative limit"}  # RFC 4511 appendix A.2
_START_TLS = "1.3.6.1.4.1.1466.20037"
_PAGE = 500


class _Tls(Tls):
    """TLS whose certificate and name ssl itself checks, before anything else is sent."""

    def __init__(self, ca_file: str | None, bound: Any) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = ssl.create_default_context(cafile=ca_file)
        self._bound = bound

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Wrap the socket as ldap3 does, which checks the name after the handshake, and by its own rules."""
        inner = connection.socket._inner if isinstance(connection.socket, Bounded) else connection.socket
        connection.socket = self._bound(self._context.wrap_socket(inner, server_hostname=connection.server.host))


class _ReadOnly(ldap3.Connection):
    """A connection that has no operation but bind, search, StartTLS, who-am-I and unbind."""

    def _refuse(self, *_words: object, **_named: object) -> None:
        raise UsageError("this connection reads only")

    add = delete = modify = modify_dn = compare = abandon = _refuse

    def extended(self, name: str, value: Any = None, controls: Any = None, no_encode: Any = None) -> Any:
        if name not in {_START_TLS, "1.3.6.1.4.1.4203.1.11.3"}:
            self._refuse()
        return super().extended(name, value, controls, no_encode)


class LiveDirectory:
    """A connection to one server.

    Args:
        url: ``ldaps://HOST[:PORT]``, or ``ldap://`` with StartTLS.
        bind: as whom to bind.
        settings: see `Settings`.

    Raises:
        LiveError: it cannot be reached, has not the certificate or name it should, or refuses the bind.
        UsageError: an invalid URL; a password without TLS.
    """

    def __init__(self, url: str, bind: Anonymous | Simple | Gssapi, settings: Settings) -> None:
        self.url = url
        self._settings = settings
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        if parts.scheme not in {"ldap", "ldaps"} or not host or parts.username or parts.path not in {"", "/"}:
            raise UsageError(f"not a server's URL: {escape(mask_urls(url))}; give ldaps://HOST or ldap://HOST")
        secure = parts.scheme == "ldaps"
        plain = settings.insecure_plain and not secure
        if plain and isinstance(bind, Simple):
            raise UsageError("a password is never sent without TLS: leave --insecure-plain out, or do not bind with a password")
        self.host = host
        try:  # where nothing is wrapped none are needed, and to read the system's takes longer than to ask a server
            tls = None if plain else _Tls(settings.ca_file, self._bounded)
        except OSError as error:
            raise UsageError(f"the certificates of {escape(settings.ca_file or '')} cannot be read: {error.strerror or error}") from error
        server = ldap3.Server(
            host, port=port or (636 if secure else 389), use_ssl=secure, tls=tls, get_info=ldap3.NONE, connect_timeout=settings.timeout
        )
        words: dict[str, Any] = {}
        if isinstance(bind, Simple):
            words = {"user": bind.dn, "password": bind.password.encode(), "authentication": ldap3.SIMPLE}
        elif isinstance(bind, Gssapi):
            words = {"authentication": ldap3.SASL, "sasl_mechanism": ldap3.KERBEROS, "sasl_credentials": (None, None, bind.credentials)}
        self._connection = _ReadOnly(
            server, client_strategy=ldap3.SYNC, read_only=True, check_names=False, auto_referrals=False, auto_bind=False,
            receive_timeout=max(1, int(settings.timeout)), **words,
        )  # fmt: skip
        try:
            self._start(secure=secure)
        except BaseException:
            self.close()
            raise

    def _bounded(self, inner: Any) -> Bounded:
        found = Bounded(inner, self.url, self._settings.most)
        found.deadline = time.monotonic() + self._settings.timeout
        return found

    @contextmanager
    def _talk(self, doing: str) -> Iterator[None]:
        """Make one exchange within the timeout; its errors become ours."""
        if isinstance(self._connection.socket, Bounded):
            self._connection.socket.deadline = time.monotonic() + self._settings.timeout
        try:
            yield
        except LiveError:
            raise
        except LDAPSocketOpenError as error:
            raise LiveError(f"{self.url}: {_reason(error)}") from error
        except (LDAPException, OSError) as error:
            raise LiveError(f"{self.url}: {doing}: {_reason(error)}") from error
        except RecursionError as error:
            raise LiveError(f"{self.url}: {doing}: the answer is nested too deeply") from error
        except Exception as error:  # any error that ldap3 raises for bytes that are not LDAP
            raise LiveError(f"{self.url}: {doing}: the answer cannot be read ({type(error).__name__})") from error

    def _start(self, *, secure: bool) -> None:
        connection = self._connection
        with self._talk("connecting"):
            connection.open(read_server_info=False)
            if not isinstance(connection.socket, Bounded):
                connection.socket = self._bounded(connection.socket)
            connection.strategy.socket_size = 1 << 16
        if not secure and not self._settings.insecure_plain:
            with self._talk("StartTLS"):
                try:
                    started = connection.start_tls(read_server_info=False)
                except LDAPStartTLSError:
                    started = False
                if not started:
                    why = "the server refuses StartTLS; nothing was sent. Use ldaps://, or --insecure-plain without a password"
                    raise LiveError(f"{self.url}: {why}")
        with self._talk("bind"):
            done = connection.bind(read_server_info=False)
        if not done:
            code = int((connection.result or {}).get("result", -1))
            raise BindRefused(f"{self.url}: bind: {self._said()}", code)

    def _said(self) -> str:
        result = self._connection.result or {}
        text = str(result.get("message") or "")
        return escape(f"{result.get('description', 'no answer')}{f' ({shorten(text, 200)})' if text else ''}")

    def naming_contexts(self) -> list[str]:
        """Return suffixes that the server says it holds (RFC 4512 section 5.1)."""
        found = next(self._search("", ldap3.BASE, ["namingContexts"]), None)
        return [] if found is None else [value.decode("utf-8", "replace") for value in found.attributes.get("namingContexts", ())]

    def csns(self, base: str) -> list[str]:
        """Return ``contextCSN`` of a suffix, sorted: how far a replica has come."""
        found = next(self._search(base, ldap3.BASE, ["contextCSN"]), None)
        return [] if found is None else sorted(value.decode("ascii", "replace") for value in found.attributes.get("contextCSN", ()))

    def entries(self, base: str) -> Iterator[Entry | str]:
        """Yield everything below a suffix, with operational attributes; a reference to another server as its URL, not followed.

        Raises:
            Partial: after the entries that came, when a limit of the server cut the answer.
            LiveError: the server fails.
        """
        yield from self._search(base, ldap3.SUBTREE, ["*", "+"], pages=True)

    def _search(self, base: str, scope: Literal["BASE", "SUBTREE"], attributes: Sequence[str], *, pages: bool = False) -> Iterator[Any]:
        connection = self._connection
        cookie: bytes | None = None
        seen: set[str] = set()
        while True:
            size = _PAGE if pages else None
            with self._talk("search"):
                connection.search(
                    base, "(objectClass=*)", scope, ldap3.DEREF_NEVER, attributes=list(attributes), paged_size=size, paged_cookie=cookie
                )
                result, response = connection.result, connection.response or []
            for each in response:
                if each["type"] == "searchResEntry":
                    with self._talk("search"):
                        values = {name: [bytes(v) for v in found or ()] for name, found in each["raw_attributes"].items()}
                        dn = each["raw_dn"].decode("utf-8", "surrogateescape")
                    if dn in seen:
                        raise LiveError(f"{self.url}: the server gives {escape(shorten(dn, 200))} twice")
                    seen.add(dn)
                    yield Entry(dn, Attributes(values), path=self.url)
                elif each["type"] == "searchResRef":
                    yield from (str(url) for url in each["uri"]) if pages else ()
            if result.get("type") != "searchResDone":
                raise LiveError(f"{self.url}: search: the final answer is missing")
            code = int(result.get("result", -1))
            if code in _PARTIAL:
                raise Partial(f"{self.url}: only a part: the server's {_PARTIAL[code]} cut the answer")
            if code == 10:  # referral instead of an answer
                raise LiveError(f"{self.url}: the server refers to another one for {escape(base)}, and odkit does not follow")
            if code:
                raise LiveError(f"{self.url}: search: {self._said()}")
            control = (result.get("controls") or {}).get("1.2.840.113556.1.4.319")
            cookie = control["value"]["cookie"] if pages and control else None
            if not cookie:
                return
            if not response:
                raise LiveError(f"{self.url}: the server sent an empty page and announced more")

    def close(self) -> None:
        """Unbind and close the connection."""
        try:
            if isinstance(self._connection.socket, Bounded):
                self._connection.socket.deadline = time.monotonic() + 1
            self._connection.unbind()
        except Exception:  # noqa: BLE001, S110 - the connection may be broken; it is given up
            pass
        inner = self._connection.socket
        if inner is not None:  # ldap3 leaves it open when connecting fails
            inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _reason(error: BaseException) -> str:
    """Return the cause in one line, without ldap3's wrapping."""
    text = " ".join(str(error).split())
    for mark in (
        "CERTIFICATE_VERIFY_FAILED] ",
        "socket connection error while opening: ",
        "error receiving data: ",
        "socket ssl wrapping error: ",
    ):
        text = text.rpartition(mark)[2]
    text = text.partition(" (_ssl.c")[0].strip("()'\", ")
    return escape(shorten(text, 200)) or type(error).__name__
