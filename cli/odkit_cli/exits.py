"""Exit statuses, the same for every command."""

FINE = 0
FINDINGS = 1
TROUBLE = 2
BRAKE = 3
INTERRUPTED = 130
UNREAD = 141  # nobody reads the answer any more; the process ends by SIGPIPE, which a shell shows so
