"""The words of a complaint that say what it is about."""

import re

SHORTEST = 2
#: more words than these are a story; the first ones tell
MOST = 30
LONGEST_TEXT = 500

#: words that name nothing, in English and German
_FILLERS = """
a again all also am an and any are as at be been but by came can cannot can't cant could did do does doesn't doing don't
dont every for from get gets got had has have having hello help hi how i i'm im in is isn't it it's its just keep like
me my need new no nor not nothing now of off on one open or our out please show shows since so some still than thanks
that the their them then there these they this to today too try trying up us use very want wants was we what when where
which while who why will with won't wont work working works would you your
aber alle als am an auch auf aus bei beim bin bitte da danke das dass dem den der des die dies diese doch ein eine einen
einer er es etwas für geht gerade gibt haben habe hallo hat heute hier hilfe ich ihr im immer in ist ja jetzt kann kein
keine keinen könnte kommt konnte mal man mehr mein meine meinem meinen mich mir mit nach nicht nichts noch nur ob oder
ohne schon sehr sein seit sich sie sind so über um und uns unser unsere vom von vor war warum was wenn wer wie wieder
will wir wird wo zu zum zur
"""
FILLERS = frozenset(_FILLERS.split())


def telling_words(text: str) -> list[str]:
    """Words in small letters, each once, in their order, without those that name nothing."""
    plain = re.sub(r"[\x00-\x1f]", " ", text[:LONGEST_TEXT].lower().replace("’", "'"))
    words = (word.strip("'-") for word in re.findall(r"[\w'-]+", plain))
    return list(dict.fromkeys(w for w in words if len(w) >= SHORTEST and w not in FILLERS))[:MOST]
