"""Local KDCs: their realms, what is wrong with their names, and how one is torn down."""

from odkit.lkdc.realm import lkdc_realm

__all__ = ["lkdc_realm"]
