"""Bringing records in from elsewhere: reading tables robustly, telling what became of each row."""

from frontline.foundation.imports.reading import Table, UnusableInput, read_table
from frontline.foundation.imports.result import Options, Rejected, Result

__all__ = ["Options", "Rejected", "Result", "Table", "UnusableInput", "read_table"]
