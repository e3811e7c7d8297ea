"""`Accounts`: what the records of ordinary users say of their passwords, in columns.

Most authorities of a domain are the same text, but for the slot and the name of the user in them.  That text, with marks instead of these
two, is an `AccountForm`: it is read once, by the same code that reads a record, and what it says holds for every user who has it.

An account costs three short texts (about 200 bytes).  One that is not ordinary costs none: it is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from odkit.ldif import Attributes
from odkit.patterns import regex
from odkit.values.authority_data import Kerberos, PasswordServer
from odkit.values.password import Password, with_previous

__all__ = ["AccountForm", "Accounts"]

_AUTHORITY = b"authAuthority: "
# neither stands in a record that the index pass finds regular: that has no NUL
_SLOT, _NAME = b"\0slot", b"\0name"
_DIGITS, _USER = b"0123456789abcdef0123456789abcdef", b"somebody"
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"  # what a short name may hold
_HEX = regex(rb"[0-9a-f]{32,}")
_BESIDE = regex(rb"[0-9a-f]~|~[0-9a-f]")
_BEFORE_AT = regex(rb";([^;@]*)(?=@)")
_FORMS = 4096  # that are remembered; a domain has a few dozen


class AccountForm:
    """What the authorities of users say who differ only in their slots and names; two forms are never equal.

    Args:
        password: of such a user whose slot and name are made up.
        realm: what stands behind the user's name in the principal, with its ``@``; empty when there is no Kerberos authority.

    Attributes:
        password, realm: as above.
    """

    __slots__ = ("password", "realm")

    def __init__(self, password: Password, realm: str) -> None:
        self.password = password
        self.realm = realm


class _Usual:
    """Authorities that were read, but for the slot and the name in them: making such a text is faster than searching one for these two.

    Args:
        form: of them.
        authorities: the lines, folded.
        name, slot: in them.
    """

    __slots__ = ("_pick", "_text", "_without", "form")

    def __init__(self, form: AccountForm, authorities: bytes, name: bytes, slot: bytes) -> None:
        self.form = form
        between = [piece.split(b";%b@" % name) for piece in authorities.split(slot)]
        self._text = b"%b".join(b";%b@".join(part.replace(b"%", b"%%") for part in parts) for parts in between)
        marks = [mark for parts in between for mark in (*[1] * (len(parts) - 1), 0)]
        self._pick = itemgetter(*marks[:-1], slice(0))  # the empty slice makes a tuple of one mark, too
        others = b"~".join(b";~@".join(parts) for parts in between)
        # the text beside the marks must not hold another user's slot or name
        odd = len(name) >= len(slot) or any(not each.isdigit() for each in _HEX.findall(others)) or _BESIDE.search(others) is not None
        self._without = None if odd else frozenset(_BEFORE_AT.findall(others))

    def fits(self, authorities: bytes, name: bytes, slot: bytes) -> bool:
        """Tell whether other lines differ from these in slot and name alone; False where that is not certain."""
        if self._without is None or name in self._without or slot.isdigit():
            return False
        made: bytes = self._text % self._pick((slot, name))[:-1]
        return made == authorities


class Accounts:
    """The accounts of ordinary users, by record id.

    A user is ordinary who has one short name of plain letters, authorities in their usual form, among which one slot stands in lower case,
    no principal but that of his name, and no policy of his own.

    Attributes:
        forms: of the authorities; None for a record that must be read.
        numbers, slots: ``uidNumber`` ("" for none), and the slot's digits; "" where the form is None.
    """

    def __init__(self) -> None:
        self.forms: list[AccountForm | None] = []
        self.numbers: list[str] = []
        self.slots: list[str] = []
        self._known: dict[bytes, AccountForm | None] = {}
        self._usual: dict[tuple[int, int], _Usual] = {}  # by the lengths of the lines and of the name: those that were read last

    def __len__(self) -> int:
        return len(self.forms)

    def add_other(self) -> None:
        """Add a record that is no ordinary user."""
        self.forms.append(None)
        self.numbers.append("")
        self.slots.append("")

    def add(self, name: bytes, number: bytes | None, authorities: bytes) -> None:
        """Add a record that may be an ordinary user.

        Args:
            name: values of ``uid``, joined by line feeds.
            number: of ``uidNumber``.
            authorities: lines of ``authAuthority``, folded as in the file, without the first one's name of the attribute.
        """
        at = authorities.find(b"0x") + 2
        slot = authorities[at : at + 32]
        if (
            len(slot) != 32
            or slot.translate(None, b"0123456789abcdef")
            or name.translate(None, _PLAIN)
            or (number is not None and b"\n" in number)
        ):
            self.add_other()
            return
        lengths = len(authorities), len(name)
        usual = self._usual.get(lengths)
        form = usual.form if usual is not None and usual.fits(authorities, name, slot) else None
        if form is None:
            # folded as it is: the same for all names of one length; only a name that is folded itself has to be put together
            marked = authorities.replace(slot, _SLOT).replace(b";%b@" % name, b";%b@" % _NAME)
            form = self._known.get(marked)
            if form is None:
                form = self._form_of(marked)
            if form is None:
                self.add_other()
                return
            self._usual[lengths] = _Usual(form, authorities, name, slot)
        self.forms.append(form)
        self.numbers.append("" if number is None else number.decode("ascii"))
        self.slots.append(slot.decode("ascii"))

    def _form_of(self, marked: bytes) -> AccountForm | None:
        if marked in self._known:
            return None
        form = _form_of(marked.replace(b"\n ", b""))
        if len(self._known) < _FORMS:
            self._known[marked] = form
        return form


def _form_of(marked: bytes) -> AccountForm | None:
    """Read authorities with marks in them; None where a mark stands anywhere but in a slot or before the realm of a principal."""
    values = marked.split(b"\n" + _AUTHORITY)
    if any(b"\n" in value or value[:1] != b";" for value in values) or _SLOT not in marked:
        return None
    made = [value.replace(_SLOT, _DIGITS).replace(_NAME, _USER) for value in values]
    password = Password.read(Attributes({"authAuthority": made}))
    slots = list(_slots(password))
    principals = [each.principal for each in _principals(password) if each.principal.startswith(f"{_USER.decode()}@")]
    if slots != ["0x" + _DIGITS.decode()] * marked.count(_SLOT) or len(principals) != marked.count(_NAME):
        return None
    kerberos = password.kerberos
    if kerberos is None:
        return AccountForm(password, "")
    return AccountForm(password, kerberos.principal.removeprefix(_USER.decode())) if kerberos.principal in principals else None


def _slots(password: Password) -> Iterator[str]:
    for authority in password.authorities:
        for each in with_previous(authority):
            if isinstance(each.detail, (PasswordServer, Kerberos)) and each.detail.slot_text:
                yield each.detail.slot_text


def _principals(password: Password) -> Iterator[Kerberos]:
    for authority in password.authorities:
        for each in with_previous(authority):
            if isinstance(each.detail, Kerberos):
                yield each.detail
