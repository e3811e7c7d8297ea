"""odkit's command line: open the inputs, call one function of the library, render, choose the exit status."""

from odkit_cli.main import cli, main

__all__ = ["cli", "main"]
