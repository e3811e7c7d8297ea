"""Findings that would follow from absence are withheld, and counted, where an export does not show what they are about.

A check asks `Absences.withholds` before it adds a finding.  `_ABOUT` says what each rule is about: attributes of the finding's record, the
record itself on one side, or the export as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from odkit.directory._directory import Directory
from odkit.findings import Finding, finding
from odkit.ldif import Answer
from odkit.text import plural

__all__ = ["Absences"]

_AUTHORITY = "authAuthority"
_POLICY = (_AUTHORITY, "apple-user-passwordpolicy", "apple-accountpolicy")
_FLAGS = "apple-mcxflags"
_MCX = ("apple-mcxsettings", "apple-mcxsettings2", _FLAGS)
_MEMBERS = ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup", "apple-computers", "apple-computer-list-groups")
_IDENTITY = ("uid", "cn", "apple-generateduid")
_HOME = ("homeDirectory", "apple-user-homeurl")
_MOUNT = ("cn", "mountOption", "mountDirectory", "mountType")


@dataclass(frozen=True, slots=True)
class _About:
    """What a rule is about.

    Attributes:
        attributes: of the finding's record, on every side that holds it.
        newer, older: whether the record is missing there.
        own: whether it is about the attribute that the finding names.
        whole: whether any record of the export might change it.
    """

    attributes: tuple[str, ...] = ()
    newer: bool = False
    older: bool = False
    own: bool = False
    whole: bool = False


_ABOUT: dict[str, _About] = {
    "OD104": _About(whole=True),
    **dict.fromkeys(("OD108", "OD111", "OD113", "OD731"), _About(own=True)),
    "OD112": _About(("apple-generateduid",)),
    "OD301": _About((_AUTHORITY,)),
    "OD302": _About((_AUTHORITY,)),
    **dict.fromkeys(("OD303", "OD304", "OD305", "OD306", "OD307", "OD308", "OD309", "OD320", "OD321"), _About(own=True)),
    **dict.fromkeys(("OD310", "OD312", "OD315", "OD317", "OD319"), _About(whole=True)),
    **dict.fromkeys(("OD351", "OD374", "OD451", "OD602", "OD608", "OD611"), _About(newer=True)),
    **dict.fromkeys(("OD371", "OD463"), _About(older=True)),
    **dict.fromkeys(("OD353", "OD354", "OD355", "OD356", "OD362", "OD363", "OD368"), _About((_AUTHORITY,))),
    "OD352": _About(("uid", "cn")),
    "OD367": _About((_AUTHORITY, "userPassword")),
    **dict.fromkeys(("OD357", "OD358", "OD359"), _About((_AUTHORITY,), whole=True)),
    **dict.fromkeys(("OD360", "OD361", "OD366", "OD372"), _About(_POLICY)),
    "OD364": _About(("apple-generateduid",)),
    "OD365": _About(("uidNumber",)),
    **dict.fromkeys(("OD403", "OD404"), _About((_FLAGS,))),
    "OD405": _About(_MCX[:2]),
    **dict.fromkeys(("OD401", "OD402", "OD406", "OD407", "OD408", "OD409"), _About(own=True)),
    **dict.fromkeys(("OD410", "OD411", "OD417"), _About(_MEMBERS, whole=True)),
    "OD413": _About(("macAddress", "apple-hwuuid")),
    **dict.fromkeys(("OD452", "OD453", "OD454", "OD455", "OD456", "OD457", "OD458", "OD459", "OD460", "OD461", "OD465"), _About(_MCX[:2])),
    "OD462": _About((_FLAGS,)),
    **dict.fromkeys(("OD466", "OD467", "OD468"), _About(_MEMBERS, whole=True)),
    "OD601": _About(whole=True),
    "OD603": _About(("apple-generateduid", "uidNumber", "uid")),
    "OD604": _About(("gidNumber",)),
    "OD605": _About(("loginShell",)),
    "OD606": _About(_HOME),
    "OD607": _About(("mail", "apple-user-mailattribute")),
    "OD609": _About(_MEMBERS),
    "OD610": _About(_MEMBERS),
    "OD614": _About(newer=True),
    "OD615": _About(_MOUNT),
    "OD616": _About(("gidNumber",)),
    "OD617": _About(("apple-group-homeurl",)),
    "OD721": _About(_MOUNT),
    "OD722": _About(_MOUNT),
    "OD725": _About(_MOUNT),
    "OD728": _About(_HOME),
    "OD729": _About(_HOME),
    "OD730": _About(whole=True),
}


@dataclass(slots=True)
class Absences:
    """Asks one export, or both sides of a comparison, whether what a finding is about is shown at all.

    Args:
        newest: the only export, or the newer one.
        older: the older one.
    """

    newest: Directory
    older: Directory | None = None
    _count: dict[tuple[Answer, str], set[str]] = field(default_factory=dict)
    _said: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def withholds(self, code: str, key: str | None, attribute: str = "") -> bool:
        """Whether a finding must not be added, because what it is about is not shown; it is counted then.

        Args:
            code: of its rule.
            key: of its record, in normal form; None for none.
            attribute: that it names; empty for none.
        """
        about = _ABOUT.get(code)
        if about is None:
            return False
        asked = (code, key or "", attribute)
        if asked not in self._said:
            known = {Answer.KNOWN, Answer.ABSENT}
            unknown = [each for each in self._answers(about, key, attribute) if each[0] not in known]
            for each in unknown:
                self._count.setdefault(each, set()).add(key or code)
            self._said[asked] = bool(unknown)
        return self._said[asked]

    def kept(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Those that may be added."""
        return (each for each in findings if not self.withholds(each.code, each.key, each.attribute or ""))

    def _answers(self, about: _About, key: str | None, attribute: str) -> Iterator[tuple[Answer, str]]:
        sides = [self.newest] if self.older is None else [self.newest, self.older]
        for od in sides if about.whole else []:
            if not od.answers.whole:
                yield (Answer.CUT if any(info.reliance.cut for info in od.sources) else Answer.NOT_ASKED), "other records"
                return
        if key is None:
            return
        names = (attribute.partition(";")[0],) if about.own and attribute else about.attributes
        for missing, side in ((about.newer, self.newest), (about.older, self.older)):
            if missing and side is not None:
                yield side.answers.record(key), "record"
                names = _IDENTITY  # a record of that name may be there, and what it is known by not be shown
        for od in sides:
            record = od.by_key(key) if names else None
            if record is not None:
                yield from ((od.answers.attribute(record, name), name) for name in names)

    @property
    def keys(self) -> set[str]:
        """The records of which something was withheld, by the normal form of their DN."""
        return {key for found in self._count.values() for key in found}

    def findings(self) -> Iterator[Finding]:
        """What was withheld, counted: one finding for each thing and why it is not shown."""
        path = self.newest.sources[0].path
        for (answer, what), keys in sorted(self._count.items()):
            count = plural(len(keys), "record")
            told = count if what == "record" else f"what depends on {what}" if what == "other records" else f"{what} of {count}"
            yield finding("OD013", "", f"{answer.value}, and not judged: {told}", path=path)
