"""Dates that a captured page states: what counts as publication, what only bounds it, what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from casefile.law.forensics import Capture, Finding, date_of
from casefile.law.page_dates import read_instant
from tests.law import command

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
URL = "https://exemple.fr/article"


def page(html: str, **parts: Any) -> Finding:
    return date_of(seen_at=SEEN, url=URL, capture=Capture(SEEN, html=html, **parts))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "url": URL,
    "datePublished": "2026-08-23T00:30:00+02:00",
    "dateModified": "2026-09-01T08:00:00Z",
}

PUBLISHED = [
    (json_ld(ARTICLE), "json-ld:datePublished", "high", "2026-08-22T22:30:00Z"),
    (json_ld({"@graph": [{"a": [ARTICLE]}]}), "json-ld:datePublished", "high", "2026-08-22T22:30:00Z"),
    (
        json_ld({"@type": "VideoObject", "uploadDate": "2026-08-23T10:00:00Z"}),
        "json-ld:uploadDate",
        "medium",
        "2026-08-23T10:00:00Z",
    ),
    (
        '<meta itemprop="datePublished" content="2026-08-23T10:00:00Z">',
        "microdata:datePublished",
        "medium",
        "2026-08-23T10:00:00Z",
    ),
    (
        '<meta property="article:published_time" content="2026-08-23T10:00:00Z"/>',
        "meta:article:published_time",
        "medium",
        "2026-08-23T10:00:00Z",
    ),
    ('<time datetime="2026-08-23T12:00:00.000+0200">hier</time>', "time:datetime", "low", "2026-08-23T10:00:00Z"),
    (
        '<shreddit-post created-timestamp="2026-08-23T10:00:00.000000+0000">',
        "reddit:created-timestamp",
        "medium",
        "2026-08-23T10:00:00Z",
    ),
    ('<script>{"created_utc": 1787479200.0, "x": 1}</script>', "payload:created_utc", "medium", "2026-08-23T10:00:00Z"),
    (
        '<script>"{\\"creation_time\\":1787479200,\\"y\\":2}"</script>',
        "payload:creation_time",
        "medium",
        "2026-08-23T10:00:00Z",
    ),
    ('{"createTime":"1787479200"}', "payload:createTime", "medium", "2026-08-23T10:00:00Z"),
    ('{"publishedDate":"2026-08-23T10:00:00.000Z"}', "payload:publishedDate", "medium", "2026-08-23T10:00:00Z"),
]


@pytest.mark.parametrize(("html", "method", "reliability", "instant"), PUBLISHED)
def test_a_stated_publication_is_read_with_its_method(html: str, method: str, reliability: str, instant: str) -> None:
    first = page(html).candidates[0].as_json()
    assert (first["method"], first["reliability"], first["instant"]) == (method, reliability, instant)
    assert first["earliest"] == first["latest"] == instant
    assert first["nature"] == "publication"


BOUNDS = [
    json_ld({"dateModified": "2026-09-01T08:00:00Z"}),
    '<meta itemprop="dateModified" content="2026-09-01T08:00:00Z">',
    '<meta property="article:modified_time" content="2026-09-01T08:00:00Z">',
    '<meta property="og:updated_time" content="2026-09-01T08:00:00Z">',
    '<time itemprop="dateModified" datetime="2026-09-01T08:00:00Z">',
    '{"updatedDate":"2026-09-01T08:00:00Z"}',
    '{"edited": 1788249600.0}',
]


@pytest.mark.parametrize("html", BOUNDS)
def test_a_date_of_modification_never_becomes_the_earliest(html: str) -> None:
    found = page(html)
    assert [(one.earliest, one.latest) for one in found.candidates] == [(None, at("2026-09-01T08:00:00+00:00"))]
    assert found.interval() is None


def test_the_header_and_the_site_map_are_weak_bounds() -> None:
    sitemap = (
        f"<urlset><url><loc>https://exemple.fr/autre</loc><lastmod>2026-01-01</lastmod></url>"
        f"<url><loc> {URL}/ </loc><lastmod>2026-10-01T00:00:00Z</lastmod></url></urlset>"
    )
    found = page("<p>", headers={"last-modified": "Tue, 01 Sep 2026 08:00:00 GMT"}, sitemap=sitemap)
    assert [(one.method, one.earliest, one.latest, one.reliability) for one in found.candidates] == [
        ("header:last-modified", None, at("2026-09-01T08:00:00+00:00"), "low"),
        ("sitemap:lastmod", None, at("2026-10-01T00:00:00+00:00"), "low"),
    ]


def test_the_date_of_another_object_is_not_opposed_to_the_page_s_own() -> None:
    other = {"@type": "Review", "name": "Autre avis", "datePublished": "2020-01-01T00:00:00Z"}
    found = page(json_ld([ARTICLE, other]) + '<time datetime="2019-01-01T00:00:00Z">')
    assert found.candidates[0].method == "json-ld:datePublished"
    assert found.candidates[0].subject == ""
    assert any("json-ld:datePublished" in warning for warning in found.warnings)


def test_two_methods_that_contradict_are_shown_and_the_interval_is_kept() -> None:
    found = page(json_ld(ARTICLE) + '<meta property="article:published_time" content="2026-08-25T10:00:00Z">')
    assert len(found.contradictions) == 1
    assert "22/08" not in found.contradictions[0]
    assert "23/08/2026 à 00 h 30 (heure de Paris)" in found.contradictions[0]
    assert found.interval() == {"kind": "interval", "from": "2026-08-23", "to": "2026-08-25"}


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("2026-08-23T10:05:00Z", 0),
        ("2026-08-23T10:05:01Z", 1),
        ("2026-08-23T09:54:59Z", 1),
        ("2026-08-23T10:00:00Z", 0),
    ],
)
def test_clocks_may_differ_by_five_minutes(second: str, said: int) -> None:
    html = json_ld({"url": URL, "datePublished": "2026-08-23T10:00:00Z"})
    found = page(html + f'<meta property="article:published_time" content="{second}">')
    assert len(found.contradictions) == said


def test_a_minute_that_changes_the_paris_day_is_a_contradiction() -> None:
    html = json_ld({"url": URL, "datePublished": "2026-08-22T21:59:30Z"})
    found = page(html + '<meta property="article:published_time" content="2026-08-22T22:00:30Z">')
    assert len(found.contradictions) == 1


def test_an_edit_before_the_publication_is_a_contradiction() -> None:
    found = page(json_ld({"url": URL, "datePublished": "2026-08-23T10:00:00Z", "dateModified": "2026-08-20T10:00:00Z"}))
    assert len(found.contradictions) == 1


def test_a_date_without_hour_covers_every_time_zone() -> None:
    assert read_instant("2026-08-23") == (
        at("2026-08-22T22:00:00+00:00"),
        at("2026-08-22T10:00:00+00:00"),
        at("2026-08-24T11:59:59.999999+00:00"),
    )


def test_an_hour_without_zone_is_read_in_paris_with_every_zone_possible() -> None:
    assert read_instant("2026-01-10 08:00") == (
        at("2026-01-10T07:00:00+00:00"),
        at("2026-01-09T18:00:00+00:00"),
        at("2026-01-10T20:00:00+00:00"),
    )


@pytest.mark.parametrize(
    "text", ["", "2026-13-01", "2026-02-30", "0001-01-01T00:00:00+14:00", "hier", "2026-08-23T25:00:00Z", "99999999999"]
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert read_instant(text) is None


@pytest.mark.parametrize("day", ["1991-08-05", "2026-11-26"])
def test_a_date_outside_the_web_or_after_the_capture_is_put_aside(day: str) -> None:
    assert page(f'<time datetime="{day}T10:00:00Z">').candidates == ()


HOSTILE = [
    '<script type="application/ld+json">' + "[" * 100_000,
    '<script type="application/ld+json">{"datePublished": {"$ne": 1}}</script>',
    "<" * 100_000,
    '<meta property="article:published_time" content="' + "9" * 100_000,
    '"created_utc":' * 20_000,
    "<url><loc>" * 20_000,
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><time datetime='&a;'>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_a_hostile_page_gives_nothing_and_stops_nothing(html: str) -> None:
    assert page(html, sitemap=html, payloads=(html,), headers={"Last-Modified": html[:500]}).candidates == ()


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_the_page_reader(html: str) -> None:
    page(html, sitemap=html, headers={"Last-Modified": html})


def ask(facts: object) -> CompletedProcess[str]:
    return command.ask("date-of", facts)


def test_the_command_answers_in_the_contract_s_shape() -> None:
    answer = json.loads(ask({"url": "https://x.com/a/status/1226595698793230348"}).stdout)
    candidate = answer["candidates"][0]
    assert candidate["instant"] == "2020-02-09T19:56:18.295000Z"
    assert {"instant", "earliest", "latest", "method", "reliability", "source"} <= set(candidate)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "url"),
        ({"url": 5}, "url"),
        ({"id": ["1"]}, "id"),
        ({"id": True}, "id"),
        ({"id": "1", "platform": {}}, "platform"),
        ({"url": "x.com/a"}, "url"),
        ({"capture": 3}, "capture"),
        ({"capture": "/nulle/part.html"}, "capture"),
        ({"capture": {"html": "<p>"}}, "capture.captured_at"),
        ({"capture": {"html": "<p>", "captured_at": "2026-11-23T10:00:00"}}, "capture.captured_at"),
        ({"capture": {"html": 1, "captured_at": "2026-11-23T10:00:00Z"}}, "capture.html"),
        ({"capture": {"payloads": "x", "captured_at": "2026-11-23T10:00:00Z"}}, "capture.payloads"),
        ({"capture": {"headers": {"a": 1}, "captured_at": "2026-11-23T10:00:00Z"}}, "capture.headers"),
        ({"id": "1", "plateforme": "x"}, "plateforme"),
    ],
)
def test_a_malformed_question_is_refused_by_the_name_of_its_field(facts: object, field: str) -> None:
    ran = ask(facts)
    assert ran.returncode == 2
    assert f"« {field} »" in ran.stderr.replace("\u00a0", " ")
    assert json.loads(ran.stdout)["error"]["code"] == "invalid_input"
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"id": ' + "9" * 5000 + "}", '{"id": "\\ud800"}'])
def test_no_input_ends_in_a_traceback(text: str) -> None:
    ran = ask(text)
    assert "Traceback" not in ran.stderr


def test_the_command_reads_a_capture_s_folder_and_its_zip(tmp_path: Path) -> None:
    data = tmp_path / "capture" / "data"
    data.mkdir(parents=True)
    (data / "dom.html").write_text(json_ld(ARTICLE), "utf-8")
    (data / "capture.json").write_text('{"captured_at": "2026-11-23T10:00:00+01:00"}', "utf-8")
    archive = tmp_path / "capture.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for file in data.iterdir():
            written.write(file, f"data/{file.name}")
    for path in (tmp_path / "capture", archive, data / "dom.html"):
        answer = json.loads(ask({"capture": str(path)}).stdout)
        assert answer["candidates"][0]["instant"] == "2026-08-22T22:30:00Z"


def test_the_command_reads_the_network_answers_of_a_sealed_capture(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    facts = {
        "url": "https://exemple.fr/a",
        "final_url": URL,
        "started": "2026-11-23T09:00:00+00:00",
        "ended": "2026-11-23T09:01:00+00:00",
    }
    (data / "capture.json").write_text(json.dumps(facts), "utf-8")
    (data / "dom.html").write_text("<p>Rien ici", "utf-8")
    with (data / "reseau.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for address, kind, body, more in (
            (URL, "text/html", b"<p>", [("Last-Modified", "Tue, 01 Sep 2026 08:00:00 GMT")]),
            ("https://exemple.fr/api", "application/json", b'{"created_utc": 1787479200}', []),
            ("https://exemple.fr/i.png", "image/png", b'{"created_utc": 1787479201}', []),
        ):
            status = StatusAndHeaders("200 OK", [("Content-Type", kind), *more], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=status)
            )
    answer = json.loads(ask({"capture": str(tmp_path)}).stdout)
    assert [(one["method"], one["latest"]) for one in answer["candidates"]] == [
        ("payload:created_utc", "2026-08-23T10:00:00Z"),
        ("header:last-modified", "2026-09-01T08:00:00Z"),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"\x1f\x8b\x08rubbish", b"\xff\xfe<p>"])
def test_a_damaged_capture_is_refused_or_gives_nothing(content: bytes, tmp_path: Path) -> None:
    for name in ("c.zip", "c.warc.gz", "c.html", "capture.json"):
        (tmp_path / name).write_bytes(content)
        ran = ask({"capture": str(tmp_path / name)})
        assert "Traceback" not in ran.stderr
        assert ran.returncode in {0, 2}
