"""`verify`: one verdict over all that "no interruption" means for the people of a domain."""

from odkit.verification.verdict import NEEDS, Verification, verify

__all__ = ["NEEDS", "Verification", "verify"]
