"""Results as text and JSON, for the commands whose library has no form of its own."""
