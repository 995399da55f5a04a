"""Bringing reference data in from files: reading, matching columns, rejecting rows with reasons, reporting."""
