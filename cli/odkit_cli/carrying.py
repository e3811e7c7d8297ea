"""Inputs and choices of a carry: `odkit carry` writes its plan, `odkit report` shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

from odkit.dataclass import dataclass
from odkit_cli.options import packed

if TYPE_CHECKING:
    from datetime import datetime

    from odkit.carrying import CarryOptions
    from odkit.directory import Directory

P = ParamSpec("P")

__all__ = ["CarryInputs", "Domain", "carry_inputs"]


@dataclass(frozen=True, slots=True)
class Domain:
    """What is known of the domain beside its export; a purge is planned from the same.

    Attributes:
        realm: to carry, where a dump holds several.
        retire, keep: names of servers.
        before: older exports.
        services: names beside the known ones.
        addresses: host -> address.
        accept_incomplete: plan although an export is incomplete.
    """

    realm: str | None
    retire: Sequence[str]
    keep: Sequence[str]
    before: Sequence[Directory]
    services: Sequence[str]
    addresses: Mapping[str, str]
    accept_incomplete: bool


@dataclass(frozen=True, slots=True)
class CarryInputs:
    """The options that only a carry has, as click gives them."""

    target_realm: str | None
    kdc_dump: Path | None
    stash: Path | None
    m_key: Path | None
    target_dump: Path | None
    target_stash: Path | None
    target_accounts: Path | None
    target_export: Path | None
    base_dn: str | None
    map_group: tuple[str, ...]
    cram_md5: bool
    keep_shadow: bool
    weak_until: datetime | None

    def options(self, domain: Domain, exports: Sequence[str]) -> CarryOptions:
        """Return the same as the library takes it; a single export that is a folder of collect-carry.sh brings its keys.

        Raises:
            InputError: what the folder holds cannot be used.
            UsageError: a group cannot be mapped so.
        """
        from odkit.carrying import CarryOptions, with_collected_keys
        from odkit.carrying.accounts import map_groups

        chosen = CarryOptions(
            realm=domain.realm,
            target_realm=self.target_realm,
            kdc_dump=self.kdc_dump,
            stash=self.stash,
            m_key=self.m_key,
            target_dump=self.target_dump,
            target_stash=self.target_stash,
            target_accounts=self.target_accounts,
            target_export=self.target_export,
            base_dn=self.base_dn,
            map_groups=map_groups(self.map_group),
            cram_md5=self.cram_md5,
            keep_shadow=self.keep_shadow,
            retire=domain.retire,
            keep=domain.keep,
            before=domain.before,
            addresses=domain.addresses,
            services=domain.services,
            weak_until=self.weak_until.date() if self.weak_until is not None else None,
            accept_incomplete=domain.accept_incomplete,
        )
        if len(exports) == 1 and Path(exports[0]).is_dir():
            return with_collected_keys(Path(exports[0]), chosen)
        return chosen


_FILE = click.Path(path_type=Path)
_OPTIONS = [
    click.option("--kdc-dump", type=_FILE, metavar="FILE", help="Dump of the old KDC by kdb5_util (10.4 to 10.6)."),
    click.option("--stash", type=_FILE, metavar="FILE", help="Its master key: the stash file, in any of its forms."),
    click.option("--m-key", type=_FILE, metavar="FILE", help="The master key of a 10.7+ KDC, for key sets that are sealed with it."),
    click.option("--target-realm", metavar="R", help="The realm at the target; the old one's name by default."),
    click.option(
        "--target-dump", type=_FILE, metavar="FILE", help="Dump of the target's KDC: kdb5_util dump, or Heimdal's kadmin -l dump."
    ),
    click.option("--target-stash", type=_FILE, metavar="FILE", help="The target's master key: new keys are sealed under it."),
    click.option(
        "--target-accounts",
        type=_FILE,
        metavar="FILE",
        help="Output of getent passwd; getent group of the target, whose names are taken.",
    ),
    click.option("--target-export", type=_FILE, metavar="FILE", help="Output of ldbsearch of the Samba domain, whose names are taken."),
    click.option("--base-dn", metavar="DN", help="Base DN of the target."),
    click.option(
        "--map-group", "map_group", multiple=True, metavar="OLD=NEW", help="Carry a group whose name or number has rights, as another."
    ),
    click.option("--cram-md5", is_flag=True, help="Carry the CRAM-MD5 secrets of 10.7+, too."),
    click.option("--keep-shadow", is_flag=True, help="Carry shadowExpire and its like, which clients read differently."),
    click.option(
        "--weak-until",
        type=click.DateTime(["%Y-%m-%d"]),
        help="Day by which users with weak keys only must change their password; 90 days by default.",
    ),
]


def carry_inputs(command: Callable[Concatenate[CarryInputs, P], None]) -> Callable[P, None]:
    """Add the options that only a carry has; the command gets them as `CarryInputs`."""
    with_options: Callable[..., None] = packed(CarryInputs)(command)
    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return with_options
