"""What a target would refuse in a record, or store and never replicate: values, twins, attributes and object classes.

slapadd stores almost anything, and a value that breaks its syntax stops every replica for good; so each value is checked before, and
what the target cannot hold is left out, changed or kept as said here, record by record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odkit.carrying.ldap.definitions import AttributeType
from odkit.carrying.ldap.names import ServerNames
from odkit.carrying.ldap.server import Server
from odkit.carrying.ldap.syntaxes import needs_schema
from odkit.carrying.remarks import Remark
from odkit.dataclass import dataclass
from odkit.findings import Rule, Severity
from odkit.ldif import Attributes, UnfetchedURL
from odkit.text import decode, escape
from odkit.values.schema import OPERATIONAL

__all__ = ["Checks", "Damaged"]

VALUE_REFUSED = Rule(
    "OD920", "value-refused", Severity.WARNING, "Correct the value in the directory and carry again, or add the right value at the target."
)
VALUE_TWICE = Rule("OD921", "value-twice", Severity.INFO, "Do nothing: one of the two values arrives.")
ATTRIBUTE_UNKNOWN_TO_TARGET = Rule(
    "OD922",
    "attribute-unknown-to-target",
    Severity.WARNING,
    "Give the target a schema for the attribute if you need it, and add the values there.",
)
RECORD_CHANGED = Rule("OD923", "record-changed", Severity.INFO, "Check that the record still says what it should.")


_BINARY = frozenset({"1.3.6.1.4.1.1466.115.121.1.8", "1.3.6.1.4.1.1466.115.121.1.9", "1.3.6.1.4.1.1466.115.121.1.10"})
_STRUCTURAL = {"cn": "device", "uid": "account", "ou": "organizationalUnit", "dc": "domain", "o": "organization"}
# what Apple's tools write where a person has no such thing (Workgroup Manager; inetOrgPerson needs sn, posixAccount a home)
_PLACEHOLDERS = {"sn": b"99", "homedirectory": b"99"}


_SHAPES = 4096


class Damaged(Exception):  # noqa: N818 - it never leaves the package: the record is left out, with this reason
    """A record that the target cannot take at all."""


@dataclass(slots=True)
class _Column:
    """What is to be done with the values of one attribute description."""

    name: str
    kind: AttributeType | None
    why_left_out: str | None = None
    remark: Remark | None = None
    check: Callable[[bytes], bool] | None = None
    simple: bool = False  # a value that passes the check, or any without one, is taken as it is
    as_is: bool = False  # so are several, and twins


@dataclass(slots=True)
class _Classes:
    """What is to be done with one combination of object classes."""

    values: list[bytes]
    lower: tuple[str, ...]
    remarks: list[Remark]
    allowed: frozenset[str] | None  # None: extensibleObject allows everything
    required: frozenset[str]
    structural: bool


class Checks:
    """Checks records against the schema of a server.

    Args:
        server: the target.
        why_left_out: tells why an attribute, given by the first name of its type, is not carried at all; None where it is.
        say: is called with a record's attribute that is left out so, and the reason, where there is one to tell.
    """

    def __init__(self, server: Server, why_left_out: Callable[[str], str | None], say: Callable[[str, str], None]) -> None:
        self._server = server
        self._model, self._syntaxes = server.model, server.syntaxes
        self._names = ServerNames(server.model, blanks=True) if server.rewrites else None
        self._why_left_out = why_left_out
        self._say = say
        self._columns: dict[str, _Column] = {}
        self._classes: dict[tuple[bytes, ...], _Classes] = {}
        self._fine: set[tuple[tuple[bytes, ...], tuple[str, ...]]] = set()  # classes and attributes of records that need no change

    def values(
        self, attributes: Attributes, replaced: Mapping[str, list[bytes]], remarks: list[Remark], *, checked: bool = False
    ) -> Attributes:
        """Return the attributes of a record that the target can hold, each under its own name and all values of one together.

        Args:
            attributes: of the export; operational ones are left out.
            replaced: values to take in place of those, by the name in the export.
            remarks: what is left out or changed, added to.
            checked: the record has passed once without a remark, so that its values need no look.
        """
        out: dict[str, list[bytes]] = {}
        for name, values in attributes.items():
            column = self._columns.get(name) or self._column(name)
            if column.simple and column.name not in out and name not in replaced:
                value = values[0] if len(values) == 1 else None
                if checked or column.as_is or (value.__class__ is bytes and (column.check is None or column.check(value))):
                    out[column.name] = values
                    continue
            if column.why_left_out is None:
                self._take(name, column, replaced.get(name, values), out, remarks)
            elif column.why_left_out:
                self._say(name, column.why_left_out)
        return Attributes.adopt(out)

    def name_at_target(self, name: str) -> str | None:
        """Return how the target spells an attribute description: empty where it is left out, None where no schema knows it."""
        column = self._columns.get(name) or self._column(name)
        if column.why_left_out is not None:
            return ""
        return column.name if column.kind is not None and column.remark is None else None

    def _take(self, name: str, column: _Column, values: list[bytes], out: dict[str, list[bytes]], remarks: list[Remark]) -> None:
        """Take the values of an attribute that the target can hold, told one by one where it cannot."""
        kept = [] if column.kind is None else self._kept(name, column.kind, values, remarks)
        if column.remark is not None and (kept or (column.kind is None and values)):
            remarks.append(column.remark)
        if kept and column.kind is not None:
            # two names of one attribute, such as uid and userid, have their values together
            out[column.name] = self._kept(name, column.kind, out[column.name] + kept, remarks) if column.name in out else kept

    def _column(self, name: str) -> _Column:
        bare, semicolon, options = name.partition(";")
        kind = self._model.type_of(name)
        if bare.lower() in OPERATIONAL:
            column = _Column(name, None, "")
        elif (why := self._why_left_out(kind.names[0] if kind is not None else bare.lower())) is not None:
            column = _Column(name, None, why)
        elif kind is None:
            remark = Remark(ATTRIBUTE_UNKNOWN_TO_TARGET, "no schema of the target defines the attribute; it is left out", name)
            column = _Column(name, None, remark=remark)
        elif kind.names[0] == "objectclass":
            column = _Column("objectClass", kind, simple=True, as_is=True)  # classes are checked by name
        elif kind.syntax in _BINARY and "binary" not in options.lower().split(";"):
            remark = Remark(RECORD_CHANGED, f"written as {kind.spelling};binary, without which slapd takes no certificate", name)
            column = _Column(f"{kind.spelling};binary", kind, remark=remark)
        else:
            check = self._syntaxes.check_of(kind.syntax)
            simple = check is not None or not needs_schema(kind.syntax)
            column = _Column(kind.spelling + semicolon + options, kind, check=check, simple=simple)
        self._columns[name] = column
        return column

    def _kept(self, name: str, kind: AttributeType, values: Sequence[bytes], remarks: list[Remark]) -> list[bytes]:
        kept: list[bytes] = []
        seen: set[bytes] = set()
        known, several = self._model.attributes, len(values) > 1
        twins = kind.equality or self._syntaxes.equal_bytes
        for index, value in enumerate(values):
            if value.__class__ is UnfetchedURL:
                remarks.append(Remark(VALUE_REFUSED, "a URL instead of a value, which is never opened; left out", name, index))
                continue
            if not self._syntaxes.is_valid(kind.syntax, value, known):
                remarks.append(Remark(VALUE_REFUSED, f"{self._syntaxes.why_refused(kind.syntax, value)}; left out", name, index))
                continue
            if self._names is not None and value and needs_schema(kind.syntax):
                value = self._spelled(name, value, self._names)
            if several:
                if kind.single and kept:
                    remarks.append(Remark(VALUE_REFUSED, "a second value of an attribute that takes one only; left out", name, index))
                    continue
                key = self._syntaxes.match_key(kind.equality, value)
                if twins and key in seen:
                    remarks.append(Remark(VALUE_TWICE, "the same value for the target as one before it; left out", name, index))
                    continue
                seen.add(key)
            kept.append(value)
        return kept

    def _spelled(self, name: str, value: bytes, names: ServerNames) -> bytes:
        spelled = names.value(value.decode("utf-8")).encode()
        if spelled != value:
            self._say(name, f"the DN is spelled as {self._server.name} spells it")
        return spelled

    def stands(self, name: str) -> bool:
        """Tell whether values of an attribute stand at the target as they are written, where they pass at all."""
        column = self._columns.get(name) or self._column(name)
        return self._names is None or column.kind is None or not needs_schema(column.kind.syntax)

    def classes(self, attributes: Attributes, rdn: Sequence[tuple[str, bytes]], remarks: list[Remark]) -> bool:
        """Make the object classes of a record such that the target takes it.

        Args:
            attributes: what `values` gave; changed.
            rdn: types and values of the first RDN; those that are missing among the values are added.
            remarks: what is changed, added to.

        Returns:
            Whether superiors of its object classes were added, which is no remark.

        Raises:
            Damaged: a required attribute is missing, and nothing can stand for it.
        """
        for kind, value in rdn:
            self._name_value(attributes, kind, value, remarks)
        given = tuple(attributes.get("objectClass", ()))
        shape = (given, tuple(attributes))
        if shape in self._fine:
            return False
        plan = self._classes.get(given)
        if plan is None:
            plan = self._classes[given] = self._class_plan(given)
        told = len(remarks)
        remarks += plan.remarks
        classes, lower, allowed, required = plan.values, plan.lower, plan.allowed, plan.required
        if self._server.one_structure and not plan.structural:
            name = _STRUCTURAL.get(rdn[0][0].lower() if rdn else "")
            if name is None:
                raise Damaged("it has no structural object class, and its name tells none")
            classes, lower = [*classes, name.encode()], (*lower, name.lower())
            remarks.append(Remark(RECORD_CHANGED, f"the object class {name} is added: it has no structural one", "objectClass"))
            allowed = self._model.allowed(lower) if allowed is not None else None
            required = self._model.required(lower)
        present = self._model.canonical(attributes)
        if allowed is not None and present - allowed:
            classes = [*classes, b"extensibleObject"]
            extra = ", ".join(escape(name) for name in sorted(present - allowed))
            remarks.append(Remark(RECORD_CHANGED, f"the object class extensibleObject is added, which {extra} needs", "objectClass"))
        for missing in sorted(required - present):
            placeholder = _PLACEHOLDERS.get(missing)
            if placeholder is None:
                raise Damaged(f"{self._model.attributes[missing].spelling} is missing, which its object classes require")
            spelling = self._model.attributes[missing].spelling
            attributes[spelling] = [placeholder]
            text = f"{spelling} is written as {decode(placeholder)}, as Apple's tools do where there is none"
            remarks.append(Remark(RECORD_CHANGED, text, spelling))
        attributes["objectClass"] = classes
        if tuple(classes) != given:
            return len(remarks) == told
        if len(remarks) == told and len(self._fine) < _SHAPES:
            self._fine.add(shape)
        return False

    def _name_value(self, attributes: Attributes, kind: str, value: bytes, remarks: list[Remark]) -> None:
        found = self._model.type_of(kind)
        values = attributes.get(kind, ())
        if found is None or value in values:
            return
        key = self._syntaxes.match_key(found.equality, value)
        if not any(self._syntaxes.match_key(found.equality, each) == key for each in values):
            attributes[kind] = [*values, value]
            remarks.append(Remark(RECORD_CHANGED, f"{kind} gets the value that the record's DN has", kind))

    def _class_plan(self, given: tuple[bytes, ...]) -> _Classes:
        remarks, values, lower = [], [], []
        for value in given:
            name = decode(value)
            if name.lower() not in self._model.classes:
                text = f"no schema of the target defines the object class {escape(name)}; it is left out"
                remarks.append(Remark(RECORD_CHANGED, text, "objectClass"))
            elif name.lower() not in lower:
                values.append(value)
                lower.append(name.lower())
        for extra in self._second_chain(tuple(lower)) if self._server.one_structure else ():
            index = lower.index(extra)
            text = f"the object class {escape(decode(values[index]))} is left out: an entry has one structural kind"
            remarks.append(Remark(RECORD_CHANGED, text, "objectClass"))
            del values[index], lower[index]
        if self._server.rewrites:
            above = [each for each in self._model.closure(tuple(lower)) if not set(each.names) & set(lower)]
            values += [each.spelling.encode() for each in above]
            lower += [each.names[0] for each in above]
        names = tuple(lower)
        allowed = None if "extensibleobject" in lower else self._model.allowed(names)
        structural = any(each.kind == "STRUCTURAL" for each in self._model.closure(names))
        return _Classes(values, names, remarks, allowed, self._model.required(names), structural)

    def _second_chain(self, names: tuple[str, ...]) -> list[str]:
        """Return classes that belong to another structural chain than the first one's."""
        chains = [(name, {each.oid for each in self._model.closure((name,)) if each.kind == "STRUCTURAL"}) for name in names]
        chains = [(name, chain) for name, chain in chains if chain and self._model.classes[name].kind == "STRUCTURAL"]
        longest: set[str] = set()
        for _, chain in chains:
            longest = max(chain, longest)
        return [name for name, chain in chains if not chain <= longest]
