"""The target ``freeipa``: what a staging server serves to ``ipa migrate-ds``, and the exact command."""
