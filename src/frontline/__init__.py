"""Frontline: the service desk as a strategic, experience-driven command layer."""
