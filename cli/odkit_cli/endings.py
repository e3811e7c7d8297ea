"""The one place where exceptions become messages and exit statuses."""

from __future__ import annotations

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
        if debug:
            _show_place()
        click.echo(f"odkit: {error}", err=True)
        return exits.TROUBLE
    except OSError as error:
        click.echo(f"odkit: cannot write the output: {error.strerror or error}", err=True)
        return exits.TROUBLE
    except Exception as error:  # noqa: BLE001 - the last resort: a bug of ours, said as one
        if debug:
            _show_place()
        click.echo(
            f"odkit: a bug of odkit ({type(error).__name__}); run again with 'odkit --debug …' and report what it prints",
            err=True,
        )
        return exits.TROUBLE


def _show_place() -> None:
    import traceback

    traceback.print_exc()
