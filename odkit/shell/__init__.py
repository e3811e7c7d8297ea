"""Shell scripts: quoting, the encoding of names, and how a script is put together."""

from odkit.shell.assembly import (
    END,
    assemble,
    encode_name,
    field_of,
    fragment,
    heredoc,
    quote,
    shown_word,
    status_lines,
)

__all__ = ["END", "assemble", "encode_name", "field_of", "fragment", "heredoc", "quote", "shown_word", "status_lines"]
