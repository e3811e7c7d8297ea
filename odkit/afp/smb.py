"""Rewrites places of AFP to SMB, as one more form of the rewriting of references: the same change records, scripts and undo.

A place is rewritten where it is certain what its URL says and where it ends, and where SMB can say the same.  Everything else is left to a
person, with the reason.  A mount and the homes on it move together or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import field

from odkit.afp.find import places_of
from odkit.afp.places import AfpPlace, PlaceKind, kind_of
from odkit.afp.said import labels_of, notes_of
from odkit.afp.shares import ShareMap
from odkit.afp.spots import alias_beside, put_url, url_at
from odkit.afp.urls import AfpUrl, NoSmbFormError, Share, check_folder, check_share, folded
from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.directory.reliance import made_from, require_whole
from odkit.hostrefs import RecordChange, Rewrite, ValueChange, rewritten, why_held, why_value_held
from odkit.ldif import UnfetchedURL
from odkit.names import host_key
from odkit.servers.mounts import MAX_OPTIONS
from odkit.text import decode, escape
from odkit.values.home import home_of, host_of_url
from odkit.values.texts import Texts

__all__ = ["plan_smb"]

_HOMES = frozenset({PlaceKind.HOME, PlaceKind.GROUP_FOLDER})
_Key = tuple[str, str]  # identity of a share of AFP


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place, and the text that it stands in."""

    place: AfpPlace
    text: str


@dataclass(slots=True)
class _Shares:
    """What holds for shares, whoever names them: told by all places before the first is rewritten.

    Attributes:
        given: the share map.
        clashes: shares of AFP that SMB would take for another one.
        blocked: shares whose mount stays, with the reason.
        twins: homes that SMB would take for another one, by DN.
        used: lines of the share map that a place asked for.
        moved: how many places each pair of shares has.
    """

    given: ShareMap
    clashes: set[_Key] = field(default_factory=set)
    blocked: dict[_Key, str] = field(default_factory=dict)
    twins: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, kind: PlaceKind, url: AfpUrl) -> Share:
        """Return the share of SMB for a place.

        Raises:
            NoSmbFormError: there is none.
        """
        new, line = self.given.of(url.share)
        if line is not None:
            self.used.add(line)
        check_share(new.name)
        if url.share.key in self.clashes:
            raise NoSmbFormError(
                "another share's name differs in case alone, which SMB does not tell apart; give each a line of --share-map"
            )
        if kind in _HOMES and url.share.key in self.blocked:
            raise NoSmbFormError(f"the mount of its share stays: {self.blocked[url.share.key]}")
        return new


@dataclass(slots=True)
class _Change:
    """Replaces the URLs of one value; see `odkit.hostrefs.Replace`.

    Attributes:
        shares: what holds for them.
        made: what each place became, or why it is left, by its path inside the value.
    """

    shares: _Shares
    made: dict[str, tuple[AfpUrl, Share] | str] = field(default_factory=dict)

    def __call__(self, kind: str, attribute: str, inside: str, text: str) -> str:
        """Return the text with its URL replaced; the text as it is where it has none, or one that is left."""
        if "afp" not in text.lower():
            return text
        try:
            start, end, url = url_at(kind, attribute, inside, text)
            share = self.shares.of(kind_of(kind, attribute, inside), url)
        except NoSmbFormError as error:
            self.made[inside] = str(error)
            return text
        self.made[inside] = url, share
        return put_url(attribute, text, start, end, share, url.user)


def plan_smb(od: Directory, share_map: ShareMap | None = None, *, accept_incomplete: bool = False) -> Rewrite:
    """Plan the rewriting of every place of AFP to SMB.

    Args:
        od: the export.
        share_map: which share takes the place of which; each its own name without it.
        accept_incomplete: plan although the export is incomplete: records that it lacks keep AFP.

    Returns:
        The changes with their undo; what is left to a person; and what no source confirms, as labels.

    Raises:
        InputError: the export is incomplete and that was not accepted, or it was changed while it was read.
    """
    relied = [source.reliance for source in od.sources]
    require_whole(relied, "records that are missing would keep AFP", accept_incomplete=accept_incomplete)
    texts = Texts()
    found = [(record, spots) for record in od.records() if (spots := [*_spots(record, texts)])]
    shares = _look(od, share_map if share_map is not None else ShareMap({}, {}), found)
    records: list[RecordChange] = []
    done: list[str] = []
    left: list[str] = []
    urls: list[tuple[PlaceKind, AfpUrl]] = []
    for record, spots in found:
        held = why_held(od, record)
        if held:
            left += [_line(spot.place, held) for spot in spots]
            continue
        values = tuple(_values(record, spots, shares, done, left, urls))
        if values:
            records.append(RecordChange(record, values))
    unused = {line: what for line, what in shares.given.lines().items() if line not in shares.used}
    left += [f"{escape(shares.given.path)}:{line}: no place names {what}: a misspelt line renames nothing" for line, what in unused.items()]
    left += _elsewhere(records)
    return Rewrite(
        "AFP", "SMB", tuple(records), tuple(done), tuple(left), tuple(made_from(relied)), tuple(notes_of(urls, shares.moved)),
        tuple(labels_of({kind for kind, _ in urls})),
    )  # fmt: skip


def _spots(record: Record, texts: Texts) -> Iterator[_Spot]:
    """Yield the texts of a record that hold URLs of AFP, each once."""
    seen = set()
    for place in places_of(record, texts):
        key = (place.attribute, place.index, place.inside)
        if key not in seen:
            seen.add(key)
            value = bytes(record.attributes[place.attribute][place.index])
            yield _Spot(place, dict(texts.of(place.attribute, value))[place.inside])


def _look(od: Directory, given: ShareMap, found: list[tuple[Record, list[_Spot]]]) -> _Shares:
    """Find out what holds for shares: which two SMB would take for one, and which mounts stay."""
    out = _Shares(given)
    same: dict[tuple[str, ...], set[_Key]] = {}
    homes: dict[tuple[str, ...], dict[tuple[str, ...], list[str]]] = {}
    for record, spots in found:
        for spot in spots:
            try:
                *_, url = url_at(record.kind, spot.place.attribute, spot.place.inside, spot.text)
            except NoSmbFormError:
                continue
            new, line = given.of(url.share)
            if line is None or url.share.key not in given.shares:
                same.setdefault((host_key(new.host), folded(new.name)), set()).add(url.share.key)
            if spot.place.kind is PlaceKind.HOME:
                path = (*new.folders, *(each for each in home_of(spot.text, None).path.split("/") if each))
                place = host_key(new.host), folded(new.name), *map(folded, path)
                homes.setdefault(place, {}).setdefault(path, []).append(record.dn)
    out.clashes = {key for keys in same.values() if len(keys) > 1 for key in keys}
    out.twins = {dn for spelled in homes.values() if len(spelled) > 1 for dns in spelled.values() for dn in dns}
    for record, spots in found:
        if record.kind == "Mounts":
            _look_at_mount(od, record, spots, out)
    return out


def _look_at_mount(od: Directory, record: Record, spots: list[_Spot], out: _Shares) -> None:
    """Note which shares a mount keeps with AFP."""
    for spot in spots:
        try:
            start, end, url = url_at(record.kind, spot.place.attribute, spot.place.inside, spot.text)
        except NoSmbFormError as error:
            try:  # a mount whose login cannot be carried still names its share
                share = _share_of(spot.text)
            except NoSmbFormError:
                continue
            out.blocked[share.key] = str(error)
            continue
        why = why_held(od, record) or why_value_held("mountOption", spot.text.encode("utf-8", "surrogateescape"))
        try:
            new = out.of(PlaceKind.MOUNT, url)
            made = put_url(spot.place.attribute, spot.text, start, end, new, url.user)
            others = [each for each in record.texts("mountOption") if each != spot.text]
            if len(",".join([*others, made]).encode("utf-8", "surrogateescape")) >= MAX_OPTIONS:
                why = why or f"its options would have {MAX_OPTIONS} bytes or more, which autofs cuts"
        except NoSmbFormError as error:
            why = why or str(error)
        if why:
            out.blocked[url.share.key] = why


def _share_of(text: str) -> Share:
    """Return the share that a mount's URL names, whatever else it says."""
    scheme, _, rest = text.removeprefix("url==").partition("://")
    *_, url = url_at("Mounts", "mountOption", "", f"url=={scheme}://{rest.rpartition('@')[2]}")
    return url.share


def _values(
    record: Record, spots: list[_Spot], shares: _Shares, done: list[str], left: list[str], urls: list[tuple[PlaceKind, AfpUrl]]
) -> Iterator[ValueChange]:
    """Yield the changes of a record's values; say of each place what becomes of it."""
    added: set[tuple[str, bytes]] = set()
    by_value: dict[tuple[str, int], list[_Spot]] = {}
    for spot in spots:
        by_value.setdefault((spot.place.attribute, spot.place.index), []).append(spot)
    for (attribute, index), those in by_value.items():
        value = record.attributes[attribute][index]
        assert not isinstance(value, UnfetchedURL)  # such a value has no place
        why = why_value_held(attribute, bytes(value)) or _why_kept(record, those[0], shares)
        change = _Change(shares)
        made = None if why else rewritten(record.kind, attribute, bytes(value), change)
        for spot in those:
            if made is not None and spot.place.inside not in change.made:  # a key of a dictionary, which is never replaced
                change(record.kind, attribute, spot.place.inside, spot.text)
            came = change.made.get(spot.place.inside, "")
            if made is None or isinstance(came, str):
                reason = why or (came if isinstance(came, str) else "") or "its text cannot be rewritten without changing more than the URL"
                left.append(_line(spot.place, reason))
                continue
            url, share = came
            urls.append((spot.place.kind, url))
            shares.moved[str(url.share.as_known()), str(share.as_known())] += 1
            done.append(f"{_name(spot.place)}: smb://{escape(f'{url.user}@' if url.user else '')}{share}")
            if alias_beside(bytes(value), spot.place.inside):
                left.append(_line(spot.place, "the alias beside it names the volume of AFP, too; set the item again"))
        if made is not None and made != bytes(value):
            there = made in [bytes(each) for each in record.attributes[attribute]] or (attribute, made) in added
            added.add((attribute, made))
            yield ValueChange(attribute, bytes(value), made, there)


def _why_kept(record: Record, spot: _Spot, shares: _Shares) -> str:
    """Return why a value stays, by what stands beside its URL; empty when nothing does."""
    kind = spot.place.kind
    if kind is PlaceKind.MOUNT:
        try:
            return shares.blocked.get(_share_of(spot.text).key, "")
        except NoSmbFormError:
            return ""
    if kind not in _HOMES:
        return ""
    if record.dn in shares.twins:
        return "the path of another home differs in case alone: servers of SMB would give both one folder"
    try:
        for each in home_of(spot.text, None).path.split("/"):
            if each:
                check_folder(each)
    except NoSmbFormError as error:
        return str(error)
    return ""


def _elsewhere(records: list[RecordChange]) -> Iterator[str]:
    """Yield what a new server leaves to be done: names of mounts, and paths of homes, are those of the old one."""
    for change in records:
        hosts = {host_key(name.partition(":")[0]) for name in change.record.texts("cn")} if change.record.kind == "Mounts" else set()
        for each in change.values if hosts else ():
            host = host_of_url(decode(each.new).removeprefix("url=="))
            if host is not None and host_key(host) not in hosts:
                yield (
                    f"{escape(change.record.dn)}: its share is on {escape(host)} then, and Macs still find it by the old server's name, "
                    "which the mount and the paths of homes keep: odkit references --rewrite-to renames them"
                )


def _name(place: AfpPlace) -> str:
    return f"{escape(place.dn)} {place.attribute}{place.inside and ' ' + escape(place.inside)}"


def _line(place: AfpPlace, why: str) -> str:
    return f"{_name(place)}: {place.url}: {why} ({escape(place.path)}:{place.line})"
