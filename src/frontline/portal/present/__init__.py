"""Parcels and their story in plain words: worded when shown, in the reader's language and zone."""

from frontline.portal.present.parcels import Card, card, cards, desk_line
from frontline.portal.present.story import Line, story

__all__ = ["Card", "Line", "card", "cards", "desk_line", "story"]
