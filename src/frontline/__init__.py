"""Frontline: the service desk as a strategic, experience-driven command layer."""

from importlib.metadata import version

__version__ = version("frontline-desk")
