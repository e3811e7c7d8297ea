"""Exit statuses, the same for every command."""

FINE = 0
FINDINGS = 1
TROUBLE = 2
BRAKE = 3
INTERRUPTED = 130
