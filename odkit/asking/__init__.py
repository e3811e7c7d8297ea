"""Questions to the tables of many exports, answered by DuckDB: those that are ready, and those that somebody writes in SQL.

store = Store(Path("tables"), make=False)
odkit.ask(store, "host-places", host="xserve1.example.com").rows
"""

from odkit.asking.ask import ask, ask_sql
from odkit.asking.engine import need_duckdb
from odkit.asking.model import Column, Found, Parameter, Question, json_cell
from odkit.asking.questions import all_questions

__all__ = ["Column", "Found", "Parameter", "Question", "all_questions", "ask", "ask_sql", "json_cell", "need_duckdb"]
