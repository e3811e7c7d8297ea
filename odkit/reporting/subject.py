"""`Subject`: what a report is about, and the answers of the library that several parts of the page share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from odkit.directory import Directory, Need
from odkit.findings import Finding
from odkit.hostrefs import NEEDS_OF_MAP
from odkit.hosts import NEEDS as NEEDS_OF_HOSTS
from odkit.hosts import HostVerdict, judge_hosts
from odkit.inspection import NEEDS as NEEDS_OF_INSPECTION
from odkit.inspection import inspect
from odkit.listing import NEEDS as NEEDS_OF_LISTS
from odkit.mcx import SURVEY_NEEDS
from odkit.servers import Tree, check_export, check_tree, tree_of_export, tree_of_project
from odkit.verification import NEEDS as NEEDS_OF_VERIFICATION
from odkit.verification import Verification, verify

if TYPE_CHECKING:
    from odkit.carrying import CarryPlan
    from odkit.project import Project
    from odkit.purge import PurgePlan

__all__ = ["NEEDS", "Subject"]

NEEDS: tuple[Need, ...] = tuple(
    {*NEEDS_OF_HOSTS, *NEEDS_OF_INSPECTION, *NEEDS_OF_LISTS, *NEEDS_OF_MAP, *NEEDS_OF_VERIFICATION, *SURVEY_NEEDS}
)


class Subject:
    """What a report is about.

    Args:
        older: the only export, or the older one.
        newer: the newer one.
        retire: full names of retired servers.
        project: the plan of the migration; None without one.
        plan: of a purge; None for none.
        carried: plan of `odkit carry`; None for none.
    """

    def __init__(
        self,
        older: Directory,
        newer: Directory | None = None,
        *,
        retire: tuple[str, ...] = (),
        project: Project | None = None,
        plan: PurgePlan | None = None,
        carried: CarryPlan | None = None,
    ) -> None:
        self.older = older
        self.newer = newer
        self.retire = retire
        self.project = project
        self.plan = plan
        self.carried = carried
        for od in self.exports:
            od.prefetch(NEEDS)

    @property
    def newest(self) -> Directory:
        """The export that tells how the domain is now."""
        return self.older if self.newer is None else self.newer

    @property
    def exports(self) -> tuple[Directory, ...]:
        """The older export, and the newer one where there is one."""
        return (self.older,) if self.newer is None else (self.older, self.newer)

    @cached_property
    def verification(self) -> Verification:
        """The verdict of `odkit verify`."""
        return verify(self.older, self.newer, retire=self.retire)

    @cached_property
    def hosts(self) -> Mapping[str, HostVerdict]:
        """Verdicts on the hosts: those of the plan, where there is one."""
        if self.plan is not None:
            return self.plan.hosts
        before = () if self.newer is None else (self.older,)
        return judge_hosts(self.newest, retire=self.retire, before=before)

    @cached_property
    def trees(self) -> tuple[tuple[str, Tree], ...]:
        """The trees of servers, each with its title."""
        found = [(name, tree_of_export(od)) for name, od in zip(("before", "after") if self.newer else ("",), self.exports, strict=True)]
        if self.project is not None and self.project.servers:
            found.append(("as planned in odkit.toml", tree_of_project(self.project)))
        return tuple(found)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, each once: those of `odkit verify`, `inspect`, `topology`, and of the plans."""
        found = [*self.verification.findings]
        for od in self.exports:
            found += inspect(od).findings
        for od, (_, tree) in zip(self.exports, self.trees, strict=False):
            found += check_export(od, tree)
        for _, tree in self.trees[len(self.exports) :]:
            found += check_tree(tree)
        if self.plan is not None:
            found += self.plan.findings
        if self.carried is not None:
            found += self.carried.findings
        return tuple(dict.fromkeys(found))
