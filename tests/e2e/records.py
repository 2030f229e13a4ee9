"""Records of the real shape, made up. What a test does not say stands as it is here."""

EVENT = {
    "artist": None, "auth": "Logged In", "firstName": "Ada", "gender": "F", "itemInSession": 0, "lastName": "Moss",
    "length": None, "level": "free", "location": "Ulm, BW", "method": "GET", "page": "Home",
    "registration": 1540000000796.0, "sessionId": 1, "song": None, "status": 200, "ts": 1541105830796,
    "userAgent": "Lynx/2.8", "userId": "7",
}
PLAY = EVENT | {"artist": "The Quiet Ones", "length": 200.0, "method": "PUT", "page": "NextSong", "song": "Low Tide"}
SONG = {
    "num_songs": 1, "artist_id": "ARQUIET", "artist_latitude": None, "artist_longitude": None, "artist_location": "",
    "artist_name": "The Quiet Ones", "song_id": "SOLOWTIDE", "title": "Low Tide", "duration": 200.0, "year": 2001,
}


def event(**fields):
    """A page that is no played song."""
    return checked(EVENT, fields)


def play(**fields):
    """A played song."""
    return checked(PLAY, fields)


def song(**fields):
    return checked(SONG, fields)


def checked(base, fields):
    unknown = fields.keys() - base.keys()
    assert not unknown, f"the real records have no {unknown}"
    return base | fields


def without(record, *fields):
    return {name: value for name, value in record.items() if name not in fields}


def only(rows, **values):
    """The one row that has these values."""
    found = [row for row in rows if all(row[name] == value for name, value in values.items())]
    assert len(found) == 1, f"{len(found)} rows have {values}, of {rows}"
    return found[0]
