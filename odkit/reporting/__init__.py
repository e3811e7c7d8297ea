"""`odkit report`: one page to look at and to hand over, made from the answers of the library.

How it is put together
    subject.py      what the report is about, and the answers that several parts share
    byrule.py, picture.py, matrix.py, policies.py, shares.py, purging.py, carried.py, tables.py, verdict.py
                    one part of the page each: answers in, values of model.py out
    model.py        the page as a frozen value
    page.py         puts it together
    render.py       the value as HTML (templates/), in pieces
"""

from odkit.reporting.page import make_page
from odkit.reporting.render import render_page, write_page
from odkit.reporting.subject import NEEDS, Subject

__all__ = ["NEEDS", "Subject", "make_page", "render_page", "write_page"]
