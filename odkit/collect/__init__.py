"""The scripts that gather what odkit reads, on any server."""

from odkit.collect.collect import carry_collect_script, collect_script

__all__ = ["carry_collect_script", "collect_script"]
