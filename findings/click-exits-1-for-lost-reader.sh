#!/bin/sh
# Subject: click (PyPI)
# Version: 8.5.1
# Behaviour: With standalone_mode=False, where errors are to reach the caller, an OSError with EPIPE becomes SystemExit(1) without a word and without its cause, also when the pipe was not the output but one to a helper process; any other OSError (a full disk) reaches the caller.
# For a user of odkit: Status 1 of a program made with click is also that of an output whose reader has gone: do not read it as an answer. A program of yours that calls click has to catch BrokenPipeError inside the command.
# Date: 2026-11-28
# Seen:
#   the reader of the output has gone: SystemExit 1, cause None
#   the reader of a helper's input has gone: SystemExit 1, cause None
#   the disk is full: OSError ENOSPC
#   BrokenPipeError caught inside the command: returned

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi click==8.5.1

cat > lost.py << 'END'
import errno, os, signal, subprocess, sys
import click

@click.group()
def cli():
    pass

@cli.command()
def output():
    for number in range(100_000):
        click.echo(number)

@cli.command()
def helper():
    with subprocess.Popen(["true"], stdin=subprocess.PIPE) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        os.write(process.stdin.fileno(), b"x")

@cli.command()
def full():
    with open("/dev/full", "wb", buffering=0) as file:
        file.write(b"x")

@cli.command()
@click.pass_context
def caught(context):
    try:
        context.invoke(helper)
    except BrokenPipeError:
        return

name, command = sys.argv[1:]
try:
    cli.main([command], standalone_mode=False)
    said = "returned"
except OSError as error:
    said = f"OSError {errno.errorcode[error.errno]}"
except SystemExit as error:
    said = f"SystemExit {error.code}, cause {error.__cause__ or error.__context__}"
print(f"{name}: {said}", file=sys.stderr)
os._exit(0)
END

observe() {
    "$python" lost.py "the reader of the output has gone" output 2> said | head -n 1 > line
    cat said
    for each in "the reader of a helper's input has gone:helper" "the disk is full:full" "BrokenPipeError caught inside the command:caught"; do
        "$python" lost.py "${each%:*}" "${each#*:}" 2>&1
    done
}

compare observe
