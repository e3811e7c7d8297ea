"""What the values of Apple's attributes mean, read from attributes alone.

This package is below `odkit.directory`: it knows bytes and attributes, and neither records nor exports.  Checks and comparisons
of the same values are in `odkit.mcx` and `odkit.passwords`.
"""
