"""MCX policies: read, checked, and the proof that each one survived."""

from odkit.mcx._model import McxRecord, Settings, Union, Value, of, parse_value
from odkit.mcx._typed import canonical, only_number_type
from odkit.mcx._verify import verify_mcx

__all__ = ["McxRecord", "Settings", "Union", "Value", "canonical", "of", "only_number_type", "parse_value", "verify_mcx"]
