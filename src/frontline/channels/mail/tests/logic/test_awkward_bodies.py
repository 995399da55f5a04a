"""Bodies and files as they should not be sent: each case is one way to break a rule, and what was meant."""

import base64

import pytest

from frontline.channels.mail.logic.parse import parse_message

RUSSIAN = "Привет, мир, как дела?"
GERMAN = "Grüße aus Köln – „ja“ €5"
JAPANESE = "こんにちは世界"
CHINESE = "你好，世界，测试邮件"
KOREAN = "안녕하세요 세계"


def with_file(disposition, kind="application/octet-stream", encoding="utf-8", text_kind="text/plain"):
    lines = [
        "From: a@b.example",
        "To: c@d.example",
        "Content-Type: multipart/mixed; boundary=BB",
        "",
        "--BB",
        f"Content-Type: {text_kind}",
        "",
        "body",
        "--BB",
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}",
        "",
        "aGVsbG8=",
        "--BB--",
        "",
    ]
    return [one.filename for one in parse_message("\r\n".join(lines).encode(encoding)).attachments]


FILE_NAMES = [
    ("attachment; filename*=utf-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
    ("attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates", "€ rates"),
    ("attachment; filename*0*=utf-8''%e2%82%ac; filename*1*=%20ra; filename*2=\"tes.txt\"", "€ rates.txt"),
    ('attachment; filename*0="abc"; filename*1="def.txt"', "abcdef.txt"),
    ('attachment;\r\n filename*1="def.txt";\r\n filename*0="abc"', "abcdef.txt"),
    ("attachment; filename*=ISO-8859-1'de'Stra%DFe.txt", "Straße.txt"),
    ("attachment; filename*=iso-8859-1''%E4.txt", "ä.txt"),
    ("attachment; filename*=UTF-8''naïve.txt", "naïve.txt"),
    ("attachment; filename*=''plain.txt", "plain.txt"),
    ("attachment; filename*=%E2%82%AC.txt", "€.txt"),
    ('attachment; filename="=?utf-8?B?4oKsLnR4dA==?="', "€.txt"),
    ("attachment; filename==?utf-8?B?4oKsLnR4dA==?=", "€.txt"),
    ('attachment; filename="=?utf-8?Q?=E2=82=AC_a?= =?utf-8?Q?b.txt?="', "€ ab.txt"),
    ('attachment; filename="=?utf-8?Q?=E2=82=AC_a?=\r\n =?utf-8?Q?b.txt?="', "€ ab.txt"),
    ("attachment; filename=my file.txt", "my file.txt"),
    ('attachment; filename="a;b.txt"', "a;b.txt"),
    ('attachment; filename="C:\\Users\\jo\\report.pdf"', "report.pdf"),
    ('attachment; filename="../../etc/passwd"', "passwd"),
    ('attachment; filename="a\\"b.txt"', 'a"b.txt'),
    ("attachment; FILENAME=up.txt", "up.txt"),
    ("attachment; filename = spaced.txt", "spaced.txt"),
    ('attachment; filename=foo.txt; size=5; creation-date="Thu, 3 Mar 2016 10:00:00 +0100"', "foo.txt"),
    ("attachment; size=5; filename=foo.txt", "foo.txt"),
    ("attachment; filename='single.txt'", "single.txt"),
    ('attachment; filename=""', None),
    ("attachment", None),
    ('attachment; filename="un closed.txt', "un closed.txt"),
    ("attachment filename=nosemi.txt", "nosemi.txt"),
    ('inline; filename="Bericht für März.pdf"', "Bericht für März.pdf"),
    ('attachment; filename="=?iso-2022-jp?B?GyRCJUYlOSVIGyhCLnR4dA==?="', "テスト.txt"),
    ('attachment; filename="=?gb2312?B?suLK1C50eHQ=?="', "测试.txt"),
    ('attachment; filename="=?KOI8-R?B?1MXT1C50eHQ=?="', "тест.txt"),
    ('attachment; filename="report.pdf "', "report.pdf"),
    ("attachment; filename=a/b\\c.txt", "c.txt"),
    ("attachment; filename=\"utf-8''%e2%82%ac.txt\"", "€.txt"),
    ('attachment; filename="foo%20bar.txt"', "foo%20bar.txt"),
    ("attachment;filename=x.txt;", "x.txt"),
    ("attachment;; filename=x.txt", "x.txt"),
    ("attachment; filename*0*=UTF-8''A%20; filename*1*=B; filename*2*=C.txt", "A BC.txt"),
    ('attachment; filename*00="foo"; filename*01="bar.txt"', "foobar.txt"),
    ('attachment; filename="foo\tbar.txt"', "foo bar.txt"),
    ('attachment; filename="con\x00.txt"', "con.txt"),
]


@pytest.mark.parametrize(("disposition", "expected"), FILE_NAMES)
def test_a_file_has_the_name_its_sender_meant(disposition, expected):
    assert with_file(disposition) == [expected]


def test_a_file_name_may_stand_with_its_type_or_in_raw_bytes():
    cyrillic = with_file(
        'attachment; filename="тест.txt"', encoding="koi8-r", text_kind="text/plain; charset=koi8-r"
    )

    assert with_file("attachment", "application/pdf; name*=utf-8''d%C3%B6c.pdf") == ["döc.pdf"]
    assert with_file('attachment; filename="grün.txt"', encoding="latin-1") == ["grün.txt"]
    assert cyrillic == ["тест.txt"]


def text_of(body, kind="text/plain", encoding="8bit"):
    head = f"From: a@b.example\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return parse_message(head.encode() + body).text.strip()


CHARSETS = [
    ("utf8 as latin1", GERMAN.encode(), "text/plain; charset=iso-8859-1", GERMAN),
    ("cp1252 as latin1", GERMAN.encode("cp1252"), "text/plain; charset=iso-8859-1", GERMAN),
    ("cp1252 as ascii", GERMAN.encode("cp1252"), "text/plain; charset=us-ascii", GERMAN),
    ("cp1252 none", GERMAN.encode("cp1252"), "text/plain", GERMAN),
    ("cp1252 as utf8", GERMAN.encode("cp1252"), "text/plain; charset=utf-8", GERMAN),
    ("unknown-8bit utf8", GERMAN.encode(), "text/plain; charset=unknown-8bit", GERMAN),
    ("unknown-8bit cp1252", GERMAN.encode("cp1252"), "text/plain; charset=unknown-8bit", GERMAN),
    ("x-unknown", GERMAN.encode(), "text/plain; charset=x-foo-bar", GERMAN),
    ("iso-2022-jp", JAPANESE.encode("iso2022_jp"), "text/plain; charset=iso-2022-jp", JAPANESE),
    ("iso-2022-jp unlabelled", JAPANESE.encode("iso2022_jp"), "text/plain", JAPANESE),
    ("sjis", JAPANESE.encode("shift_jis"), "text/plain; charset=Shift_JIS", JAPANESE),
    ("euc-jp", JAPANESE.encode("euc_jp"), "text/plain; charset=euc-jp", JAPANESE),
    ("gb2312", CHINESE.encode("gb2312"), "text/plain; charset=gb2312", CHINESE),
    ("gbk chars as gb2312", "镕基".encode("gbk"), "text/plain; charset=gb2312", "镕基"),
    ("gb18030", "𠀀 测试".encode("gb18030"), "text/plain; charset=GB18030", "𠀀 测试"),
    ("hz", "你好".encode("hz"), "text/plain; charset=hz-gb-2312", "你好"),
    ("big5", "你好世界".encode("big5"), "text/plain; charset=big5", "你好世界"),
    ("koi8-r", RUSSIAN.encode("koi8-r"), "text/plain; charset=koi8-r", RUSSIAN),
    ("koi8-u", "Привіт".encode("koi8-u"), "text/plain; charset=KOI8-U", "Привіт"),
    ("cp1251", RUSSIAN.encode("cp1251"), "text/plain; charset=windows-1251", RUSSIAN),
    ("euc-kr", KOREAN.encode("euc_kr"), "text/plain; charset=euc-kr", KOREAN),
    ("ks_c", KOREAN.encode("cp949"), "text/plain; charset=ks_c_5601-1987", KOREAN),
    ("utf-7", b"Hi Mom -+Jjo--!", "text/plain; charset=utf-7", "Hi Mom -☺-!"),
    ("utf-7 uni", b"Hi +AOQ-", "text/plain; charset=unicode-1-1-utf-7", "Hi ä"),
    ("utf-16", GERMAN.encode("utf-16"), "text/plain; charset=utf-16", GERMAN),
    ("utf-16le", GERMAN.encode("utf-16-le"), "text/plain; charset=utf-16le", GERMAN),
    ("utf-16be", GERMAN.encode("utf-16-be"), "text/plain; charset=utf-16be", GERMAN),
    ("utf-16 no bom", GERMAN.encode("utf-16-be"), "text/plain; charset=utf-16", GERMAN),
    ("iso-8859-15", "5 €".encode("iso-8859-15"), "text/plain; charset=iso-8859-15", "5 €"),
    (
        "iso-8859-2",
        "Zażółć gęślą jaźń".encode("iso-8859-2"),
        "text/plain; charset=iso-8859-2",
        "Zażółć gęślą jaźń",
    ),
    ("iso-8859-7", "Καλημέρα".encode("iso-8859-7"), "text/plain; charset=iso-8859-7", "Καλημέρα"),
    ("iso-8859-8-i", "שלום".encode("iso-8859-8"), "text/plain; charset=iso-8859-8-i", "שלום"),
    ("windows-1256", "مرحبا".encode("cp1256"), "text/plain; charset=windows-1256", "مرحبا"),
    ("tis-620", "สวัสดี".encode("tis-620"), "text/plain; charset=tis-620", "สวัสดี"),
    ("quoted charset", GERMAN.encode(), 'text/plain; charset="utf-8"', GERMAN),
    ("single quoted", GERMAN.encode("cp1252"), "text/plain; charset='windows-1252'", GERMAN),
    ("charset trailing", GERMAN.encode("cp1252"), "text/plain; charset=windows-1252;", GERMAN),
    ("charset dup", GERMAN.encode(), "text/plain; charset=utf-8; charset=utf-8", GERMAN),
    ("cp850", "für".encode("cp850"), "text/plain; charset=cp850", "für"),
    ("mac", "für".encode("mac_roman"), "text/plain; charset=macintosh", "für"),
    ("ansi", "für".encode("cp1252"), "text/plain; charset=ANSI", "für"),
    ("iso8859 typo", "für".encode("cp1252"), "text/plain; charset=iso8859_1", "für"),
    ("iso-8859_1", "für".encode("cp1252"), "text/plain; charset=iso-8859_1", "für"),
    ("latin1 8859-1", "für".encode("cp1252"), "text/plain; charset=8859-1", "für"),
    ("utf_8", GERMAN.encode(), "text/plain; charset=utf_8", GERMAN),
    ("UTF 8", GERMAN.encode(), 'text/plain; charset="UTF 8"', GERMAN),
    ("binary charset", GERMAN.encode(), "text/plain; charset=binary", GERMAN),
    ("rot13", b"abc", "text/plain; charset=rot13", "abc"),
    ("zlib", b"abc", "text/plain; charset=zlib", "abc"),
    ("punycode", b"abc", "text/plain; charset=punycode", "abc"),
    (
        "cp1251 declared html",
        ("<meta charset=windows-1251><p>" + RUSSIAN).encode("cp1251"),
        "text/html",
        RUSSIAN,
    ),
    (
        "html meta conflicts",
        ("<meta charset=iso-8859-1><p>" + GERMAN).encode(),
        "text/html; charset=utf-8",
        GERMAN,
    ),
    ("koi8 none", RUSSIAN.encode("koi8-r"), "text/plain", RUSSIAN),
    ("cp1251 none", RUSSIAN.encode("cp1251"), "text/plain", RUSSIAN),
    ("cp1251 as utf-8", RUSSIAN.encode("cp1251"), "text/plain; charset=utf-8", RUSSIAN),
    ("cp1251 as iso-8859-1", RUSSIAN.encode("cp1251"), "text/plain; charset=iso-8859-1", RUSSIAN),
    ("gb as utf-8", CHINESE.encode("gb2312"), "text/plain; charset=utf-8", CHINESE),
    ("sjis none", JAPANESE.encode("shift_jis"), "text/plain", JAPANESE),
    ("euckr none", KOREAN.encode("euc_kr"), "text/plain", KOREAN),
]


@pytest.mark.parametrize(
    ("body", "kind", "expected"), [c[1:] for c in CHARSETS], ids=[c[0] for c in CHARSETS]
)
def test_a_text_is_read_whatever_its_charset_says(body, kind, expected):
    assert text_of(body, kind) == expected


ENCODINGS = [
    ("b64 no pad", "base64", base64.b64encode(GERMAN.encode()).rstrip(b"="), GERMAN),
    (
        "b64 spaces",
        "base64",
        b" ".join([base64.b64encode(GERMAN.encode())[:10], base64.b64encode(GERMAN.encode())[10:]]),
        GERMAN,
    ),
    (
        "b64 garbage",
        "base64",
        base64.b64encode(GERMAN.encode())[:12] + b"!@\r\n" + base64.b64encode(GERMAN.encode())[12:],
        GERMAN,
    ),
    ("b64 upper", "BASE64", base64.b64encode(GERMAN.encode()), GERMAN),
    ("b64 quoted", '"base64"', base64.b64encode(GERMAN.encode()), GERMAN),
    (
        "b64 footer",
        "base64",
        base64.b64encode(b"hello world, all good") + b"\r\n\r\n_______\r\nlist footer text\r\n",
        "hello world, all good\n\n_______\nlist footer text",
    ),
    (
        "b64 2 padded",
        "base64",
        base64.b64encode(b"hello") + b"\r\n" + base64.b64encode(b" world") + b"\r\n",
        "hello world",
    ),
    ("qp", "quoted-printable", b"Gr=C3=BC=C3=9Fe =\r\nok", "Grüße ok"),
    ("qp lower", "Quoted-Printable", b"Gr=c3=bc=c3=9fe", "Grüße"),
    ("qp bad", "quoted-printable", b"100=% sure =ZZ=", "100=% sure =ZZ"),
    ("qp raw 8bit", "quoted-printable", GERMAN.encode(), GERMAN),
    ("qp softnl lf", "quoted-printable", b"a=\nb", "ab"),
    ("qp trailing ws", "quoted-printable", b"a=  \r\nb", "ab"),
    ("uu", "x-uuencode", b"begin 644 x.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n", "hello"),
    ("unknown cte", "foo", b"hello", "hello"),
    ("7bit", "7-bit", b"hello", "hello"),
    ("binary", "binary", b"hello", "hello"),
]


@pytest.mark.parametrize(
    ("encoding", "body", "expected"), [c[1:] for c in ENCODINGS], ids=[c[0] for c in ENCODINGS]
)
def test_a_body_is_decoded_however_it_was_encoded(encoding, body, expected):
    assert text_of(body, "text/plain; charset=utf-8", encoding) == expected
