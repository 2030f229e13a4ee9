"""`query --plot`: answers as bars and lines, in a terminal, in a pipe, and where only ASCII goes."""

import pytest

from records import play, song
from workspace import ROOT

UTF8 = {"LC_ALL": "C.UTF-8"}
ASCII = {"LC_ALL": "C"}
NAMES = sorted(path.stem for path in (ROOT / "warehouses/sparkify/analytics").iterdir())


@pytest.fixture(scope="module")
def loaded(make_workspace):
    workspace = make_workspace()
    workspace.put_events("a.json", *(play(sessionId=i, ts=1541105830796 + i * 40_000_000) for i in range(20)))
    workspace.put_songs("s.json", song())
    workspace.etl()
    workspace.run("init", "wh")
    return workspace


def plot(workspace, sql, env=UTF8, columns="40", warehouse="", **options):
    return workspace.run("query", sql, "--plot", "--warehouse", warehouse, env={**env, "COLUMNS": columns}, **options).stdout


def values(*rows):
    return " union all ".join(f"select {label} as label, {value} as amount, {at} as place"
                              for at, (label, value) in enumerate(rows)) + " order by place"


def drawn(workspace, *rows, **options):
    heading, *lines = plot(workspace, values(*rows), **options).splitlines()
    assert heading == "amount by label"
    return lines


def test_bars_are_as_long_as_their_numbers(loaded):
    lines = drawn(loaded, ("'a'", 25), ("'long'", 100), ("'c'", 50), ("'none'", 0), ("'little'", 0.001))
    assert lines[1] == "long    100.000  " + "█" * 23
    assert lines[0].count("█") == 5 and lines[0].endswith("▊"), "a quarter of 23 columns, to an eighth"
    assert lines[2].count("█") == 11 and lines[2].endswith("▌")
    assert lines[3] == "none      0.000"
    assert lines[4] == "little    0.001  ▏", "what is more than nothing shows"
    assert max(map(len, lines)) == 40


def test_without_utf8_bars_are_ascii(loaded):
    for env in (ASCII, {"LC_ALL": "de_DE.ISO-8859-1"}, {"LC_ALL": "", "LC_CTYPE": "", "LANG": ""}):
        shown = plot(loaded, values(("'a'", 1), ("'b'", 2)), env=env)
        assert shown.isascii() and "b  2  " + "#" * 34 + "\n" in shown, env
    assert "█" in plot(loaded, values(("'a'", 1)), env={"LC_ALL": "", "LANG": "en_US.utf8"})


def test_negative_numbers_go_left_of_zero(loaded):
    [up, down, none] = drawn(loaded, ("'up'", 10), ("'down'", -10), ("'zero'", 0))
    assert up.index("█") > down.index("█") and down.rstrip().endswith("█")
    assert up.index("█") == down.rindex("█") + 1, "they meet at zero"
    assert "█" not in none and max(map(len, (up, down))) <= 40


def test_null_is_no_bar(loaded):
    [one, nothing, nameless] = drawn(loaded, ("'one'", 1), ("'nothing'", "null"), ("null", 1))
    assert nothing.split() == ["nothing", "-"] and nameless.startswith("(null)") and "█" in one


def test_all_zero_negative_or_null_is_drawn(loaded):
    for rows in ([("'a'", 0), ("'b'", 0)], [("'a'", -3), ("'b'", -1)], [("'a'", "cast(null as integer)")]):
        assert len(drawn(loaded, *rows)) == len(rows)


def test_wide_characters_keep_the_bars_in_line_and_long_labels_are_cut(loaded):
    lines = drawn(loaded, ("'東京'", 10), ("'Ulm'", 10), ("'Weißenburg in Bayern'", 10))
    assert lines[0] == "東京           10  " + "█" * 21
    assert lines[1] == "Ulm            10  " + "█" * 21
    assert lines[2] == "Weißenburg i…  10  " + "█" * 21
    [cut] = drawn(loaded, ("'東京東京東京東京東京'", 10))
    assert cut.startswith("東京東京東京…  ") or cut.startswith("東京東京東京… ")
    assert "~" in drawn(loaded, ("'Weissenburg in Bayern'", 10), env=ASCII)[0]


def test_a_narrow_terminal_still_shows_bars(loaded):
    for columns in ("1", "30", "nonsense"):
        assert "█" in plot(loaded, values(("'Weißenburg in Bayern'", 123456789)), columns=columns)


def test_control_characters_stay_harmless(loaded):
    [line] = drawn(loaded, ("chr(27) || '[31mred' || chr(10)", 1))
    assert line.startswith("\\x1b[31mred\\n")


def line_of(numbers):
    return " union all ".join(
        f"select cast('2018-01-{day:02}' as date) as day, {number} as plays" for day, number in enumerate(numbers, 1)
    ) + " order by day"


def test_dates_are_drawn_as_a_line(loaded):
    heading, *rows, axis = plot(loaded, line_of([0, 4, 8, 12])).splitlines()
    assert heading == "plays by day" and "2018-01-04" in axis
    marks = [row[4:] for row in rows if "█" in row or "▁" in row]
    assert marks[0].strip() == "████" and rows[0].startswith("12  "), "the highest alone reaches the top"
    assert marks[-1].startswith("▁▁▁▁████"), "zero shows, at the bottom"
    ascii_rows = plot(loaded, line_of([0, 4, 8, 12]), env=ASCII)
    assert ascii_rows.isascii() and "####" in ascii_rows


def test_more_points_than_columns_are_means(loaded):
    sql = ("select cast('2018-01-01' as date) + cast(i as integer) as day, i % 2 * 10 as n from range(1000) as r(i) "
           "order by day")
    shown = plot(loaded, sql)
    assert max(map(len, shown.splitlines())) <= 40 and "2018-01-01" in shown and "2020-09-26" in shown


def test_one_point_no_point_and_a_gap(loaded):
    assert "█" in plot(loaded, line_of([5]))
    assert plot(loaded, "select current_date as day, 1 as n where false") == "no rows\n"
    shown = plot(loaded, line_of([5, "null", 5])).splitlines()
    assert shown[1].rstrip().endswith("████    ████")
    assert "-3" in plot(loaded, line_of([-3, 2]))


def test_a_terminal_gives_its_width_and_gets_colour_unless_asked_not_to(loaded):
    for env, has_color in ((UTF8, True), ({**UTF8, "NO_COLOR": "1"}, False)):
        with loaded.terminal("query", "plays_by_hour", "--plot", env=env) as terminal:
            assert terminal.wait() == 0
            assert ("\x1b[36m█" in terminal.shown) == has_color, terminal.shown
    assert "\x1b" not in plot(loaded, "plays_by_hour"), "a pipe gets none"


@pytest.mark.parametrize("name", NAMES)
def test_every_saved_query_with_a_hint_is_drawn(loaded, name):
    hints = {query["name"]: query["chart"] for query in loaded.run("queries", "--json").json}
    shown = plot(loaded, name, columns="100")
    if hints[name]:
        assert [f"{y} by {hints[name]['x']}" in shown for y in hints[name]["y"]] == [True] * len(hints[name]["y"])


def test_what_cannot_be_drawn_is_refused_with_the_way_out(loaded):
    for sql in ("select 'a' as a, 'b' as b", "select 1 as n"):
        failed = loaded.run("query", sql, "--plot", code=2)
        assert "nothing to draw" in failed.stderr and 'chart = { kind = "bar"' in failed.stderr
    failed = loaded.run("query", "plays_by_hour", "--plot", "--json", code=2)
    assert "--plot" in failed.stderr
    assert loaded.run("query", "plays_by_hour", "--plot", "--format", "csv", code=2).stderr


@pytest.mark.every_engine
def test_a_hint_finds_its_column_whatever_case_an_engine_answers_in(workspace):
    workspace.put_events("a.json", play())
    workspace.run("init", "wh")
    workspace.put("wh/analytics/levels.sql", '/*\ntitle = "Levels"\nchart = { kind = "bar", x = "Level", y = ["Plays"] }\n*/\n'
                  "select level as Level, count(*) as Plays from song_plays group by level")
    workspace.etl("--warehouse", "wh")
    assert "Plays by Level\nfree  1  " in plot(workspace, "levels", columns="100", env=UTF8, warehouse="wh")


def test_a_hint_for_a_column_that_is_not_there_is_refused_with_its_line(loaded):
    loaded.put("wh/analytics/wrong.sql", '/*\ntitle = "Wrong"\nchart = { kind = "bar", x = "level", y = ["plys"] }\n*/\n'
               "select level, count(*) as plays from song_plays group by level")
    failed = loaded.run("query", "wrong", "--plot", "--warehouse", "wh", code=2)
    assert "analytics/wrong.sql:3: the chart names the column plys, which is not in the answer" in failed.stderr
    (loaded.folder / "wh/analytics/wrong.sql").unlink()


def test_a_hint_in_the_header_decides(loaded):
    loaded.put("wh/analytics/hours.sql",
               '/*\ntitle = "Hours"\nchart = { kind = "line", x = "hour", y = ["plays", "twice"] }\n*/\n'
               "select hour, count(*) as plays, 2 * count(*) as twice from \"time\" group by hour order by hour")
    shown = loaded.run("query", "hours", "--plot", "--warehouse", "wh", env=UTF8).stdout
    assert "plays by hour" in shown and "twice by hour" in shown and "▄" in shown
