"""The one place where exceptions become messages and exit statuses."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

import click

from odkit_cli import exits

__all__ = ["UnreadError", "status_of"]


class UnreadError(Exception):
    """Whoever read the answer has gone: ``odkit … | head``."""


def status_of(work: Callable[[], int], *, debug: bool) -> int:
    """Run a command, or a part of one; returns its exit status, and shows errors of ours as one line.

    Args:
        work: returns the status.
        debug: show where an error comes from.
    """
    from odkit.errors import BrakeError, OdkitError

    try:
        return work()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.Abort:
        click.echo("odkit: interrupted", err=True)
        return exits.INTERRUPTED
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except UnreadError:
        return exits.UNREAD
    except click.ClickException as error:
        error.show()
        return exits.TROUBLE
    except BrakeError as error:
        click.echo(f"odkit: stopped: {error}.", err=True)
        return exits.BRAKE
    except OdkitError as error:
        _show_place(debug=debug)
        click.echo(f"odkit: {error}", err=True)
        return exits.TROUBLE
    except OSError as error:
        _show_place(debug=debug)
        click.echo(f"odkit: {_said(error)}", err=True)
        return exits.TROUBLE
    except Exception as error:  # noqa: BLE001 - the last resort: a bug of ours, said as one
        _show_place(debug=debug)
        click.echo(
            f"odkit: a bug of odkit ({type(error).__name__}); run again with 'odkit --debug …' and report what it prints",
            err=True,
        )
        return exits.TROUBLE


def _said(error: OSError) -> str:
    """Return what to say of an error that the system gives, and that nothing of ours has foreseen."""
    try:
        os.getcwd()  # noqa: PTH109 - a relative path is of no place then, and the error of Path.cwd() names none
    except OSError:
        return "the folder in which odkit is started is gone; change into one that is there"
    why = error.strerror or error
    if error.filename is not None:
        from odkit.text import escape

        return f"{escape(os.fsdecode(error.filename))}: {why}"
    temporary = ", or a temporary file (TMPDIR)" if error.errno == errno.ENOSPC else ""
    return f"cannot write the output{temporary}: {why}"


def _show_place(*, debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
