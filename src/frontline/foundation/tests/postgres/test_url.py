"""DATABASE_URL: every part arrives, every mistake is named, no password is shown."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from frontline.foundation.postgres.errors import BadDatabaseUrl
from frontline.foundation.postgres.url import conninfo, django_settings


def test_every_part_of_an_address_reaches_django(tmp_path):
    url = (
        "postgresql://desk:p%40ss%2Fword@db.example:6543/help?sslmode=verify-full&application_name=frontline"
    )
    assert django_settings(url, data=tmp_path) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "help",
        "USER": "desk",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "6543",
        "OPTIONS": {
            "sslmode": "verify-full",
            "application_name": "frontline",
            "options": "-c join_collapse_limit=3",
        },
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def test_several_hosts_and_sockets_are_understood(tmp_path):
    several = django_settings("postgres://desk@one:5432,two:5433/help", data=tmp_path)
    socket = django_settings("postgresql://desk:x@/help?host=/run/some%20where", data=tmp_path)
    assert (several["HOST"], several["PORT"]) == ("one,two", "5432,5433")
    assert (socket["HOST"], socket["PORT"]) == ("/run/some where", "")


def test_psycopg_gets_the_same(tmp_path):
    url = "postgresql://desk:p%40ss@db.example:6543/help?sslmode=require"
    assert conninfo_to_dict(conninfo(url, data=tmp_path)) == conninfo_to_dict(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://desk:secret@db/help", "does not begin with postgresql://"),
        ("host=db password=secret dbname=help", "does not begin with postgresql://"),
        ("postgresql://desk:secret@db", "names no database"),
        ("postgresql://desk:secret@db:port/help", "'port' is no port"),
        ("postgresql://desk:secret@db:70000/help", "'70000' is no port"),
        ("postgresql://desk:secret@db/help?ssl=on", "ssl"),
        ("postgresql://desk:secret@[db/help", "IPv6|\\]"),
    ],
)
def test_a_mistake_is_named_without_the_password(url, why, tmp_path):
    with pytest.raises(BadDatabaseUrl, match=why) as caught:
        django_settings(url, data=tmp_path)
    assert "secret" not in str(caught.value)
    assert "It looks like postgresql://" in str(caught.value)


def test_without_an_address_it_is_the_embedded_database(shared):
    url = shared.ensure_started()
    assert conninfo_to_dict(conninfo("", data=shared.data_dir)) == conninfo_to_dict(url)
    shared.stop()
    stopped = django_settings("", data=shared.data_dir)
    assert (stopped["NAME"], stopped["PASSWORD"]) == ("frontline", "")
