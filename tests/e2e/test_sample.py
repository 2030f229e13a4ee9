"""The real shapes of the input: lines like the real ones, made up; and the real ones, where they are at hand."""

import pytest

from workspace import ROOT, STAR

LOG = r"""
{"artist":null,"auth":"Logged Out","firstName":null,"gender":null,"itemInSession":0,"lastName":null,"length":null,"level":"free","location":null,"method":"PUT","page":"Login","registration":null,"sessionId":741,"song":null,"status":307,"ts":1542760054796,"userAgent":null,"userId":""}
{"artist":null,"auth":"Logged In","firstName":"Theo","gender":"M","itemInSession":1,"lastName":"Stone","length":null,"level":"free","location":"Houston-The Woodlands-Sugar Land, TX","method":"GET","page":"Home","registration":1540306145796.0,"sessionId":741,"song":null,"status":200,"ts":1542760086796,"userAgent":"Mozilla\/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko\/20100101 Firefox\/31.0","userId":"52"}
{"artist":"Bj\u00f6rn & The \"Others\"","auth":"Logged In","firstName":"Theo","gender":"M","itemInSession":2,"lastName":"Stone","length":233.40363,"level":"free","location":"Houston-The Woodlands-Sugar Land, TX","method":"PUT","page":"NextSong","registration":1540306145796.0,"sessionId":741,"song":"It's On (Live\/Edit)","status":200,"ts":1542760121796,"userAgent":"Mozilla\/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko\/20100101 Firefox\/31.0","userId":"52"}
{"artist":"Nobody Known","auth":"Logged In","firstName":"Ida","gender":"F","itemInSession":0,"lastName":"Park","length":187.11465,"level":"paid","location":"Portland-South Portland, ME","method":"PUT","page":"NextSong","registration":1541022995796.0,"sessionId":806,"song":"Unheard","status":200,"ts":1542761399796,"userAgent":"\"Mozilla\/5.0 (X11; Linux x86_64) AppleWebKit\/537.36 (KHTML, like Gecko) Chrome\/37.0.2062.94 Safari\/537.36\"","userId":"80"}
""".strip()
SONG = ('{"num_songs": 1, "artist_id": "ARX7I5S1187FB53E21", "artist_latitude": null, "artist_longitude": null, '
        '"artist_location": "Burlington, Ontario, Canada", "artist_name": "Bj\\u00f6rn & The \\"Others\\"", '
        '"song_id": "SONHOXX12A8C13493C", "title": "It\'s On (Live/Edit)", "duration": 233.40363, "year": 0}')

FIREFOX = "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0"
CHROME = '"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/37.0.2062.94 Safari/537.36"'


@pytest.fixture(scope="module")
def loaded(make_workspace):
    workspace = make_workspace()
    workspace.put("log_data/2018/11/2018-11-21-events.json", LOG)
    workspace.put("song_data/A/A/A/TRAAAQX128F1460CD3.json", SONG)
    workspace.etl()
    return workspace.tables()


def test_the_plays(loaded):
    played, unknown = sorted(loaded["song_plays"], key=lambda row: row["start_time"])
    assert len({played.pop("songplay_id"), unknown.pop("songplay_id")}) == 2
    assert played == {
        "start_time": "2018-11-21 00:28:41.796", "user_id": 52, "level": "free", "song_id": "SONHOXX12A8C13493C",
        "artist_id": "ARX7I5S1187FB53E21", "session_id": 741, "location": "Houston-The Woodlands-Sugar Land, TX",
        "user_agent": FIREFOX}
    assert unknown == {
        "start_time": "2018-11-21 00:49:59.796", "user_id": 80, "level": "paid", "song_id": None, "artist_id": None,
        "session_id": 806, "location": "Portland-South Portland, ME", "user_agent": CHROME}


def test_the_dimensions(loaded):
    assert loaded["users"] == [
        {"user_id": 52, "first_name": "Theo", "last_name": "Stone", "gender": "M", "level": "free"},
        {"user_id": 80, "first_name": "Ida", "last_name": "Park", "gender": "F", "level": "paid"}]
    assert loaded["songs"] == [
        {"song_id": "SONHOXX12A8C13493C", "title": "It's On (Live/Edit)", "artist_id": "ARX7I5S1187FB53E21",
         "year": None, "duration": 233.40363}]
    assert loaded["artists"] == [
        {"artist_id": "ARX7I5S1187FB53E21", "name": 'Björn & The "Others"', "location": "Burlington, Ontario, Canada",
         "latitude": None, "longitude": None}]
    wednesday = {"hour": 0, "day": 21, "week": 47, "month": 11, "year": 2018, "weekday": 3}
    assert loaded["time"] == [
        {"start_time": "2018-11-21 00:28:41.796", **wednesday}, {"start_time": "2018-11-21 00:49:59.796", **wednesday}]


# The real sample is not part of this repository.

SAMPLE = ROOT.parent / "shared/data/sample"
needs_sample = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the real sample is not beside this repository")


@pytest.fixture(scope="module")
def sample(make_workspace):
    workspace = make_workspace()
    workspace.put("dwh.cfg", f"[S3]\nLOG_DATA='{SAMPLE}/log_data'\nSONG_DATA='file://{SAMPLE}/song_data'\n"
                             "[WAREHOUSE]\nPATH=test.duckdb\n")
    workspace.summary = workspace.etl()
    return workspace


@needs_sample
def test_the_real_sample_loads_completely(sample):
    counts = {name: (d["objects"], d["records"], d["staged"]) for name, d in sample.summary["datasets"].items()}
    assert counts == {"events": (3, 703, 703), "songs": (12, 12, 12)}
    assert all(d["unknown_fields"] == {} for d in sample.summary["datasets"].values())


@needs_sample
def test_the_real_sample_has_603_plays_and_one_match(sample):
    rows = {name: model["rows"] for name, model in sample.summary["models"].items()}
    assert (rows["song_plays"], rows["songs"], rows["artists"]) == (603, 12, 12)
    assert sample.value("select count(song_id) from song_plays") == 1


@needs_sample
@pytest.mark.parametrize("table", STAR)
def test_the_real_sample_gives_the_tables_of_the_reference(sample, table, reference):
    star = reference.star(list(reference.read_records(SAMPLE / "log_data", reference.EVENT_COLUMNS)),
                          list(reference.read_records(SAMPLE / "song_data", reference.SONG_COLUMNS)))
    key = next(iter(star[table][0]))
    assert sorted(sample.table(table), key=lambda row: row[key]) == sorted(star[table], key=lambda row: row[key])
