"""The exact ``ipa migrate-ds`` command: every word of it but the URL of the staging server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.carrying.freeipa.entries import GROUP_CLASS, USER_CLASS
from odkit.carrying.freeipa.names import at_target
from odkit.dataclass import dataclass
from odkit.shell import shown_word

__all__ = ["MigrateCommand", "administrator"]

_PROGRAM = ("ipa", "migrate-ds")
# classes that a FreeIPA domain knows, of those that a staging directory has: its own user and group classes, and 389-DS' schema
_KNOWN_CLASSES = frozenset(
    {"top", "person", "organizationalperson", "inetorgperson", "posixaccount", "shadowaccount", "posixgroup", "extensibleobject"}
)
_ROOM = 128 * 1024  # bytes of names to exclude: what one reads, and a shell takes, in a command


def administrator(suffix: str) -> str:
    """Return the DN that reads everything at the staging server."""
    return f"cn=admin,{suffix}"


@dataclass(frozen=True, slots=True)
class MigrateCommand:
    """The command.

    Attributes:
        words: all of it but the URL.
        unsaid: how many names are left out and cannot be in an option that excludes them; they are not in the staging directory either.
    """

    words: tuple[str, ...]
    unsaid: int = 0

    @classmethod
    def of(
        cls,
        suffix: str,
        *,
        user_classes: Iterable[str],
        group_classes: Iterable[str],
        users: Iterable[str],
        groups: Iterable[str],
        gone_users: Iterable[str],
        gone_groups: Iterable[str],
    ) -> MigrateCommand:
        """Return the command for a staging directory.

        Args:
            suffix: of the staging server.
            user_classes: object classes of its users.
            group_classes: likewise of its groups.
            users: names at the target, of those that are there.
            groups: likewise of groups.
            gone_users: names of users that must not arrive.
            gone_groups: likewise of groups.
        """
        people, teams = set(users), set(groups)
        words = [f"--bind-dn={administrator(suffix)}", f"--base-dn={suffix}", "--user-container=ou=people", "--group-container=ou=groups"]
        words += [f"--user-objectclass={USER_CLASS}", f"--group-objectclass={GROUP_CLASS}", "--schema=RFC2307bis"]
        words += [f"--user-ignore-objectclass={name}" for name in _unknown(user_classes)]
        words += [f"--group-ignore-objectclass={name}" for name in _unknown(group_classes)]
        if not people or not teams:
            words.append("--continue")  # a search that finds nothing would end it
        excluded, unsaid = [], 0
        for option, names, there in (("--exclude-users", gone_users, people), ("--exclude-groups", gone_groups, teams)):
            gone = dict.fromkeys(at_target(name) for name in names)
            fit = [name for name in gone if name not in there and _fits(name)]
            unsaid += sum(name not in there and not _fits(name) for name in gone)
            excluded += [f"{option}={name}" for name in fit]
        size = 0
        for number, word in enumerate(excluded):
            size += len(word.encode())
            if size > _ROOM:
                unsaid += len(excluded) - number
                del excluded[number:]
                break
        return cls((*_PROGRAM, *words, *excluded), unsaid)

    def lines(self) -> Iterator[str]:
        """Yield the command as a person pastes it, without its last line: the URL."""
        program, command, *words = self.words
        yield f"{program} {command} \\"
        for word in words:
            yield f"    {_shown(word)} \\"


def _shown(word: str) -> str:
    option, _, value = word.partition("=")
    return f"{option}={shown_word(value)}" if value else word


def _unknown(classes: Iterable[str]) -> list[str]:
    return sorted({name for name in classes if name.lower() not in _KNOWN_CLASSES}, key=str.lower)


def _fits(name: str) -> bool:
    """Whether an option of ``ipa`` can hold a name (ipalib parameters.Str: no blanks around it), and a script."""
    return bool(name) and name.isprintable() and name.strip() == name
