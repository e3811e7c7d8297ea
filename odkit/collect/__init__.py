"""The script that gathers what odkit reads, on any server."""

from odkit.collect.collect import collect_script

__all__ = ["collect_script"]
