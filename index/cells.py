"""Cells of the tables that we write."""

from __future__ import annotations


def safe_cell(value: object) -> str:
    """The text of a cell, never a formula (= + - @, tab and carriage return begin one)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
