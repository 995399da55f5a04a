"""In which charset are bytes that nobody labelled, or labelled wrongly? Told by how their high bytes lie.

Western text has single high bytes among ASCII letters; other scripts have runs of them. Only runs are looked at, so a
Western mail is never taken for something else.
"""

import re

_SAMPLE = 20_000
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_SJIS_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_EUC_KANA = re.compile(rb"[\xa4\xa5][\xa1-\xf6]")
_HANGUL = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
_ASCII = bytes(range(128))


def guess_charset(data: bytes) -> str | None:
    """A Python codec that reads all of `data`, for text that is surely in another script than Latin; else None."""
    sample = data[:_SAMPLE]
    high = sample.translate(None, _ASCII)
    runs = _RUN.findall(sample)
    in_runs = sum(len(run) for run in runs)
    if len(high) < 4 or in_runs * 10 < len(high) * 8:
        return _shift_jis(data, sample, high)
    low_part = sum(byte < 0xC0 for byte in high) / len(high)
    if low_part < 0.12:
        return _decodes(data, _cyrillic(high))
    if len(_SJIS_KANA.findall(sample)) * 5 > len(high):
        return _shift_jis(data, sample, high)
    return _east_asian(data, sample, runs, len(high))


def _cyrillic(high: bytes) -> str:
    """Small letters are the most: they lie low in KOI8 and high in Windows' page."""
    return "koi8_u" if sum(byte < 0xE0 for byte in high) * 2 > len(high) else "cp1251"


def _east_asian(data: bytes, sample: bytes, runs: list[bytes], high: int) -> str | None:
    if all(len(run) % 2 == 0 for run in runs):
        pairs = high // 2
        if len(_EUC_KANA.findall(sample)) * 4 > pairs:
            return _decodes(data, "euc_jp")
        hangul = sum(len(_HANGUL.findall(run)) for run in runs)
        return _decodes(data, "cp949" if hangul * 10 >= pairs * 9 else "gb18030")
    return _decodes(data, "big5hkscs") or _shift_jis(data, sample, sample.translate(None, _ASCII))


def _shift_jis(data: bytes, sample: bytes, high: bytes) -> str | None:
    """Its second bytes may be ASCII, so its runs are broken; kana give it away."""
    kana = len(_SJIS_KANA.findall(sample))
    return _decodes(data, "cp932") if kana >= 3 and kana * 5 > len(high) else None


def _decodes(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return None
    return (
        codec if sum(c.isprintable() or c.isspace() for c in text[:5000]) >= 0.98 * len(text[:5000]) else None
    )


def utf16_order(data: bytes) -> str:
    """UTF-16 without a mark: the zero bytes of its ASCII characters tell which byte comes first."""
    return "utf-16-be" if data[0:2000:2].count(0) > data[1:2000:2].count(0) else "utf-16-le"
