"""The commands: one module each, named after its command; found by listing this folder."""
