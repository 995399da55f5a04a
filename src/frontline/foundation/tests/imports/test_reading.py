"""Tables as people have them, and what is no table."""

import csv
import gzip
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontline.foundation.imports.columns import UnusableColumns, UnusableMap, match, plain
from frontline.foundation.imports.job import Column
from frontline.foundation.imports.reading import UnreadableFile, delimiter_of, open_table

COLUMNS = [
    Column("name", "", ("full_name",)),
    Column("email", "", ("mail", "e_mail_address")),
    Column("city", ""),
]

CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8)


def written(tmp_path, content, name="people.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("utf-32", "utf-32"),
    ],
)
def test_every_usual_encoding_gives_the_same_rows(tmp_path, encoding, found):
    path = written(tmp_path, "name;city\r\nZoë Müller;Zürich\r\n".encode(encoding))
    table = open_table(path)
    assert (table.encoding, table.delimiter, table.header) == (found, ";", ("name", "city"))
    assert [r.cells for r in table.records()] == [{"name": "Zoë Müller", "city": "Zürich"}]


def test_a_single_odd_byte_far_down_decides_the_encoding(tmp_path):
    path = written(tmp_path, b"name,city\n" + b"Anna,Oslo\n" * 200_000 + b"Zo\xeb,K\xf6ln\n")
    table = open_table(path)
    assert table.encoding == "cp1252"
    *_, last = table.records()
    assert (last.line, last.cells) == (200_002, {"name": "Zoë", "city": "Köln"})


def test_a_zipped_file_reads_like_a_plain_one(tmp_path):
    path = written(tmp_path, gzip.compress(b"name,city\nAnna,Oslo\n"), "people.csv.gz")
    assert [r.cells for r in open_table(path).records()] == [{"name": "Anna", "city": "Oslo"}]


def test_what_excel_puts_before_the_header_is_passed_over(tmp_path):
    table = open_table(written(tmp_path, "sep=|\nname|city\nAnna|Oslo\n"))
    assert [(r.line, r.cells["city"]) for r in table.records()] == [(3, "Oslo")]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb,c\n1\t2\n", "\t"),
        ("name, first\n", ","),
        ("only\none\n", ","),
        ('"a;b","c"\n"1;2;3","4"\n', ","),
    ],
)
def test_the_delimiter_is_the_one_that_fits_the_rows(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_rows_that_do_not_fit_the_header_are_problems_and_the_rest_comes_in(tmp_path):
    path = written(tmp_path, 'name,city\nAnna,Oslo\nBen\n\nCarl,"Den Haag"x,3\nDora,"New\nYork"\nEve,Rome\n')
    rows = list(open_table(path).records())
    assert [(r.line, r.cells.get("name"), bool(r.problem)) for r in rows] == [
        (2, "Anna", False),
        (3, None, True),
        (5, None, True),
        (6, "Dora", False),
        (8, "Eve", False),
    ]
    assert "1 cells, the header 2" in rows[1].problem
    assert rows[3].cells["city"] == "New\nYork"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x00\x01\x02", "no text"),
        ("name,,city\nA,B,C\n", "column 2 has no name"),
        ("name,city,\nA,B,\n", "last column has no name"),
        ("name,city,name\nA,B,C\n", "there twice"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, content, words):
    with pytest.raises(UnreadableFile, match=words):
        open_table(written(tmp_path, content))


def test_a_missing_file_a_folder_and_a_broken_archive_are_refused(tmp_path):
    for path, words in [
        (tmp_path / "gone.csv", "No such file"),
        (tmp_path, "folder"),
        (written(tmp_path, b"not gzip", "x.csv.gz"), "gzip"),
    ]:
        with pytest.raises(UnreadableFile, match=words):
            open_table(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=6,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_a_program_wrote_is_read_back(tmp_path, rows, delimiter):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b", "c"], *rows])
    table = open_table(written(tmp_path, text.getvalue()))
    assert table.delimiter == delimiter
    expected = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    assert [list(r.cells.values()) for r in table.records()] == expected


def test_headers_are_known_by_any_of_their_names(tmp_path):
    table = open_table(written(tmp_path, "Full Name,E-Mail Address,Shoe size\nAnna,a@x.example,38\n"))
    matched = match(table, COLUMNS, {})
    assert list(matched.unused) == ["Shoe size"]
    assert [r.values for r in matched.rows()] == [{"name": "Anna", "email": "a@x.example"}]
    assert plain("E-Mail_Address") == "emailaddress"


def test_a_map_says_what_is_meant_and_what_holds_otherwise(tmp_path):
    table = open_table(written(tmp_path, "Wer,mail,name\nAnna,a@x.example,x\nBen,,y\n"))
    mapping = {"columns": {"Wer": "name", "name": None}, "defaults": {"city": "Oslo"}}
    assert [r.values for r in match(table, COLUMNS, mapping).rows()] == [
        {"name": "Anna", "email": "a@x.example", "city": "Oslo"},
        {"name": "Ben", "email": "", "city": "Oslo"},
    ]


@pytest.mark.parametrize(
    ("mapping", "error", "words"),
    [
        ({"columns": {"Nobody": "name"}}, UnusableColumns, "not there"),
        ({"columns": {"mail": "fax"}}, UnusableMap, "no field"),
        ({"columns": ["mail"]}, UnusableMap, "object of texts"),
        ({"defaults": {"city": 3}}, UnusableMap, "object of texts"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(tmp_path, mapping, error, words):
    table = open_table(written(tmp_path, "name,mail\nAnna,a@x.example\n"))
    with pytest.raises(error, match=words):
        match(table, COLUMNS, mapping)


def test_two_columns_for_one_field_need_a_map(tmp_path):
    table = open_table(written(tmp_path, "name,full_name\nA,B\n"))
    with pytest.raises(UnusableColumns, match="say which by --map"):
        match(table, COLUMNS, {})
