#!/bin/sh
# Subject: CPython, os.fork and signal
# Version: 3.11.2 (Debian 12)
# Behaviour: A signal with a handler in Python that reaches a child at once after os.fork is forgotten: the kernel has delivered it, and the child's own start clears what is noted before the handler runs. None is lost when the child has said that it runs, or when the signal is blocked across the fork and let in by the child.
# For a user of odkit: A program of yours that forks workers and ends one by SIGTERM with a handler waits for ever for one that it ended too early: block the signal by pthread_sigmask across the fork.
# Date: 2026-11-28
# Seen:
#   sent at once: some of 300 lost
#   sent when the child runs: none of 300 lost
#   blocked across the fork: none of 300 lost

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian python3.11-minimal=3.11.2-6+deb12u9 libpython3.11-minimal=3.11.2-6+deb12u9
python=$root/debian/usr/bin/python3.11
[ -x "$python" ] || python=/usr/bin/python3.11

cat > forks.py << 'END'
import os, signal

SENT = signal.SIGUSR1
seen = []
signal.signal(SENT, lambda *_: seen.append(True))

def lost(blocked, waits):
    """Whether a child forgets a signal; the byte in the pipe tells it that the signal was sent before."""
    told_read, told_write = os.pipe()
    runs_read, runs_write = os.pipe()
    if blocked:
        signal.pthread_sigmask(signal.SIG_BLOCK, {SENT})
    child = os.fork()
    if child == 0:
        if blocked:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {SENT})
        os.write(runs_write, b"x")
        os.read(told_read, 1)
        os._exit(not seen)
    if waits:
        os.read(runs_read, 1)
    os.kill(child, SENT)
    if blocked:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {SENT})
    os.write(told_write, b"x")
    for each in (told_read, told_write, runs_read, runs_write):
        os.close(each)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1

for name, blocked, waits in (("sent at once", False, False), ("sent when the child runs", False, True), ("blocked across the fork", True, False)):
    count = sum(lost(blocked, waits) for _ in range(300))
    print(f"{name}: {'some' if count else 'none'} of 300 lost")
END

observe() {
    "$python" forks.py
}

compare observe
