"""Bytes to text for mail: the declared charset is a hint, never a promise.

Every function here answers for any bytes and any label; what cannot be read becomes U+FFFD.
"""

import codecs
import re

from frontline.channels.mail.logic.guessing import guess_charset, utf16_order
from frontline.foundation.http.plain_text import clean

# Labels seen in mail that Python does not know, or knows as a narrower set than what is really sent.
# The pairs "label, what senders mean" follow the WHATWG Encoding standard where it has an entry.
_MEANT: dict[str, str] = {
    "": "us-ascii",
    "ascii": "us-ascii",
    "646": "us-ascii",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "big5": "big5hkscs",
    "utf8": "utf-8",
}
_ALIASES: dict[str, str] = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ks-c-5601-1987": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-16",
    "utf-8mb4": "utf-8",
    "utf": "utf-8",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "ansi": "cp1252",
    "cp-850": "cp850",
    "windows-874": "cp874",
    "win-1251": "cp1251",
    "cp1251-1": "cp1251",
    "visual": "iso8859-8",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-unknown": "us-ascii",
    "unknown-8bit": "us-ascii",
    "default": "us-ascii",
    "none": "us-ascii",
}
# Text codecs of Python that no mail means: slow (punycode is quadratic) or able to smuggle escapes.
_REFUSED = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "palmos"}
)
_SINGLE_BYTE_DEFAULT = "cp1252"
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(128))


def codec_name(label: str | None) -> str | None:
    """The Python codec a charset label stands for, `None` when nobody knows the label."""
    match = _LABEL.search(label or "")
    name = match.group().lower() if match else ""
    name = _ALIASES.get(name, name)
    if not name:
        return "us-ascii"
    try:
        info = codecs.lookup(name)
        b"a".decode(name)  # a LookupError for codecs that make bytes of bytes, such as zlib
    except UnicodeError:
        pass  # one byte is half a character of UTF-16
    except (LookupError, ValueError):
        return None
    if info.name in _REFUSED:
        return None
    return _MEANT.get(info.name, info.name)


def decode_text(data: bytes, label: str | None = None) -> str:
    """Text of `data`, which claims to be in charset `label`; never raises."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(data) >= 4:
        return data.decode("utf-16", "replace")
    codec = codec_name(label)
    if codec in (None, "us-ascii", "cp1252", "utf-8"):
        return _decode_western(data)
    assert codec is not None
    if codec == "utf-16":
        codec = utf16_order(data)
    for candidate, errors in ((codec, "strict"), ("utf-8", "strict"), (codec, "replace")):
        try:
            return data.decode(candidate, errors)
        except (UnicodeError, ValueError):
            continue
    return _decode_western(data)


def decode_header_bytes(data: bytes, label: str) -> str:
    """Raw 8-bit header bytes: UTF-8 as RFC 6532 has it, else the charset of the body, else Western."""
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii")
    try:
        return data.decode("utf-8") if b"\x1b" not in data else _decode_western(data)
    except UnicodeError:
        pass
    codec = codec_name(label)
    if codec not in {None, "us-ascii", "utf-8", "utf-16", "utf-7"} and not _is_broken_utf8(data):
        assert codec is not None
        try:
            return data.decode(codec)
        except (UnicodeError, ValueError):
            pass
    return _decode_western(data)


def _decode_western(data: bytes) -> str:
    """UTF-8 when the bytes are UTF-8, whatever the label says: Latin text never looks like it by chance.

    Else a script that nobody labelled, where the bytes give it away; else Western.
    """
    if b"\x1b$" in data[:2000] or b"\x1b(" in data[:2000]:
        try:
            return data.decode("iso2022_jp_ext")
        except (UnicodeError, ValueError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    if _is_broken_utf8(data):
        return data.decode("utf-8", "replace")
    guessed = guess_charset(data)
    if guessed is not None:
        return data.decode(guessed)
    try:
        return data.decode(_SINGLE_BYTE_DEFAULT)
    except UnicodeError:
        return data.decode("latin-1")


def _is_broken_utf8(data: bytes) -> bool:
    """Cut or damaged UTF-8: nearly all high bytes form valid sequences."""
    sample = data[:100_000]
    valid = sum(len(found) for found in _UTF8_SEQUENCE.findall(sample))
    return valid * 5 >= len(sample.translate(None, _ASCII)) * 4 and valid > 0


def one_line(text: str) -> str:
    """Cleaned text on a single line, runs of white space collapsed."""
    return " ".join(clean(text).split())
