"""The pure heart of commitments: calendars, clocks, targets and promises. No Django, no clock of its
own.
"""
