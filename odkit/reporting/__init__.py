"""`odkit report`: one page to look at and to hand over, made from the answers of the library.

How it is put together
    subject.py      what the report is about, and the answers that several parts share
    byrule.py, picture.py, matrix.py, policies.py, shares.py, purging.py, carried.py, tables.py, verdict.py
                    one part of the page each: answers in, values of model.py out
    model.py        the page as a frozen value
    page.py         puts it together
    pieces.py, parts.py, contents.py
                    the value as HTML: what several parts are made of, and the parts
    render.py       the whole file, with the style and the script (browser/), in pieces
"""

from odkit.reporting.page import make_page
from odkit.reporting.render import render_page, write_page
from odkit.reporting.subject import NEEDS, Subject

__all__ = ["NEEDS", "Subject", "make_page", "render_page", "write_page"]
