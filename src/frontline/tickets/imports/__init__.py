"""Tickets from other systems: event logs and lists, through mapping files."""
