"""Users and groups as objects of a domain: which attributes arrive, under which names, and what stays behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odkit.carrying.accounts import FIRST_FREE, number_of
from odkit.carrying.remarks import Remarks
from odkit.carrying.samba.logins import UserLogin, filetime
from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.ldif import Attributes, Entry
from odkit.text import escape
from odkit.values.schema import OPERATIONAL

__all__ = ["DISABLED", "MACHINE", "NORMAL", "group_entry", "marked", "marker", "user_entry"]

NORMAL, MACHINE, DISABLED = 512, 4096, 2  # MS-ADTS 2.2.16 userAccountControl
_GLOBAL_SECURITY = "-2147483646"  # MS-ADTS 2.2.12 groupType
_LAST_ID = 0x7FFFFFFF
_NOTHING = {"unixHomeDirectory": {"99", "/dev/null"}, "sn": {"99"}}  # what Apple writes where there is none


@dataclass(frozen=True, slots=True)
class _Rule:
    """One attribute on its way.

    Attributes:
        target: its name in a domain.
        longest: letters that it holds there (rangeUpper).
        ascii: whether it takes nothing else.
    """

    target: str
    longest: int
    ascii: bool = False


_PERSON = {
    "cn": _Rule("displayName", 256),
    "givenname": _Rule("givenName", 64),
    "sn": _Rule("sn", 64),
    "mail": _Rule("mail", 256),
    "telephonenumber": _Rule("telephoneNumber", 64),
    "mobile": _Rule("mobile", 64),
    "facsimiletelephonenumber": _Rule("facsimileTelephoneNumber", 64),
    "title": _Rule("title", 128),
    "street": _Rule("streetAddress", 1024),
    "l": _Rule("l", 128),
    "st": _Rule("st", 128),
    "postalcode": _Rule("postalCode", 40),
    "description": _Rule("description", 1024),
    "labeleduri": _Rule("wWWHomePage", 2048),
    "homedirectory": _Rule("unixHomeDirectory", 2048, ascii=True),
    "loginshell": _Rule("loginShell", 1024, ascii=True),
}
_GROUP = {"apple-group-realname": _Rule("displayName", 256), "description": _Rule("description", 1024), "mail": _Rule("mail", 256)}
# told of elsewhere, or written in another form
_ELSEWHERE = frozenset({
    "objectclass", "uid", "uidnumber", "gidnumber", "apple-generateduid", "authauthority", "userpassword", "memberuid",
    "apple-group-memberguid", "apple-group-nestedgroup", "altsecurityidentities", "sambasid", "sambaprimarygroupsid", "rid",
    "primarygroupid",
})  # fmt: skip
_SIDS = ("sambaSID", "sambaPrimaryGroupSID", "rid", "primaryGroupID")


def marker(plan_id: str) -> str:
    """Return what each object of a plan says in ``adminDescription``, so that scripts know it again."""
    return f"odkit carry {plan_id}"


def marked(plan_id: str) -> str:
    """Return what an account says there when ``secrets.ldif`` has given it its password."""
    return f"{marker(plan_id)}: with password"


def user_entry(record: Record, dn: str, guid: str, login: UserLogin, gids: Mapping[int, int], remarks: Remarks | None) -> Entry:
    """Return a user, disabled until ``secrets.ldif`` gives him his password.

    Args:
        record: of the directory.
        dn: at the target.
        guid: of the object.
        login: how he logs in.
        gids: old number of each group that arrives -> its number at the target.
        remarks: collects what stays behind and what changes; None to make the entry without a word.
    """
    out = Attributes({
        "objectClass": [b"user"],
        "sAMAccountName": [_encoded(record.name)],
        "objectGUID": [guid.encode()],
        "userAccountControl": [str(NORMAL | DISABLED).encode()],
    })  # fmt: skip
    if login.expires:
        out["accountExpires"] = [str(filetime(login.expires)).encode()]
    _convert(record, _PERSON, out, remarks)
    _numbers(record, gids, out, remarks)
    names = record.texts("uid")
    if len(names) > 1 and remarks is not None:
        remarks.count(record.dn, "uid", "only the first name arrives: an account of a domain has one")
    return Entry(dn, out)


def group_entry(record: Record, dn: str, guid: str, name: str, gid: int | None, members: Iterable[bytes], remarks: Remarks | None) -> Entry:
    """Return a group, global and for security.

    Args:
        record: of the directory.
        dn: at the target.
        guid: of the object.
        name: at the target.
        gid: at the target; None where it has none.
        members: their DNs.
        remarks: as for `user_entry`.
    """
    out = Attributes({
        "objectClass": [b"group"],
        "sAMAccountName": [_encoded(name)],
        "objectGUID": [guid.encode()],
        "groupType": [_GLOBAL_SECURITY.encode()],
    })  # fmt: skip
    if gid is not None:
        out["gidNumber"] = [str(gid).encode()]
    _convert(record, _GROUP | {"cn": _Rule("", 0)}, out, remarks)
    found = list(members)
    if found:
        out["member"] = found
    return Entry(dn, out)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _convert(record: Record, rules: dict[str, _Rule], out: Attributes, remarks: Remarks | None) -> None:
    for attribute in record.attributes:
        rule = rules.get(attribute.lower())
        if rule is not None and rule.target:
            _value(record, attribute, rule, out, remarks)
        elif rule is None and remarks is not None and attribute.lower() not in _ELSEWHERE | OPERATIONAL:
            remarks.count(record.dn, attribute, "stays behind: an object of a domain has no place for it that means the same")
    if remarks is not None:
        for attribute in _SIDS:
            if attribute in record.attributes:
                what = "refused: a SID is given by the domain; one of another domain means nobody, one of its own blocks the next account"
                remarks.count(record.dn, attribute, what)


def _value(record: Record, attribute: str, rule: _Rule, out: Attributes, remarks: Remarks | None) -> None:
    texts = [text for text in record.texts(attribute) if text not in _NOTHING.get(rule.target, ())]
    fit = [text for text in texts if _fits(text, rule)]
    if fit:
        out[rule.target] = [_encoded(fit[0])]
    if remarks is None:
        return
    if len(fit) < len(texts):
        kind = "ASCII" if rule.ascii else "text"
        remarks.count(record.dn, attribute, f"a value stays behind that is empty, no {kind}, or longer than {rule.longest} letters")
    if len(fit) > 1:
        remarks.count(record.dn, attribute, "only the first value arrives: a domain holds one")


def _fits(text: str, rule: _Rule) -> bool:
    if not 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= rule.longest or "\0" in text:
        return False
    return text.isascii() if rule.ascii else not any("\ud800" <= sign <= "\udfff" for sign in text)


def _numbers(record: Record, gids: Mapping[int, int], out: Attributes, remarks: Remarks | None) -> None:
    uid, gid = number_of(record, "uidNumber"), number_of(record, "gidNumber")
    if uid is not None and 0 <= uid <= _LAST_ID:
        out["uidNumber"] = [str(uid).encode()]
    if gid is None:
        return
    if gid in gids or FIRST_FREE <= gid <= _LAST_ID:
        out["gidNumber"] = [str(gids.get(gid, gid)).encode()]
    elif remarks is not None:
        shown = escape(record.text("gidNumber") or "")
        remarks.count(
            record.dn, "gidNumber", f"the primary group {shown} stays behind: no group that arrives has it, and it has rights on Linux"
        )
