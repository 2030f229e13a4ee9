"""starlift report: one HTML page, read as a text and in a real browser."""

import shutil

import pytest
from selenium.webdriver.common.keys import Keys

import browser as browsers
from pages import Page, assert_stands_alone
from records import play, song
from workspace import ROOT

EVIL = "</script><script>window.broken = 1</script><!-- &amp;"
MAX_BYTES = 2_000_000
DEMO = ("--songs", "1000", "--events", "20000", "--users", "200", "--days", "30", "--seed", "7")  # as ./dev demo has it
QUESTIONS = {path.stem for path in (ROOT / "warehouses/sparkify/analytics").glob("*.sql")}
CHARTS = {name for name in QUESTIONS
          if "\nchart = " in (ROOT / f"warehouses/sparkify/analytics/{name}.sql").read_text()}


def write_report(workspace, *arguments):
    workspace.run("report", "-o", "report.html", *arguments)
    return workspace.folder / "report.html"


@pytest.fixture(scope="module")
def loaded(make_workspace):
    """The generator's data, and a song with a dangerous name that is played more than any other."""
    workspace = make_workspace()
    workspace.run("generate", ".", *DEMO)
    workspace.put_songs("evil.json", song(title=EVIL, artist_name=EVIL))
    workspace.put_events("evil.json", *(play(song=EVIL, artist=EVIL, itemInSession=i) for i in range(1000)))
    workspace.put("log_data/bad.json", "not a record\n")
    workspace.etl()
    return workspace


@pytest.fixture(scope="module")
def path(loaded):
    return write_report(loaded)


@pytest.fixture(scope="module")
def browser():
    with browsers.started() as browser:
        yield browser


@pytest.fixture
def shown(browser, path):
    browser.open(path)
    browser.wait_for("figure [aria-label=line] path")
    return browser


def card(browser, name):
    [found] = browser.find(f"#question-{name}")
    return found


def column_of(table, index):
    return [row.find_elements("tag name", "td")[index].text for row in
            table.find_elements("css selector", "tbody tr") if row.is_displayed()]


# The page as a text.


def test_the_page_stands_alone_and_is_small(path):
    page = Page(path.read_text())
    assert_stands_alone(page)
    assert path.stat().st_size < MAX_BYTES
    assert "Permission to use, copy, modify" in page.text, "the licences of the libraries in it"


def test_it_tells_the_run_the_tables_and_the_questions(loaded, path):
    page = Page(path.read_text())
    [run, *_] = loaded.run("history", "--json").json
    assert f"records {run['records']:,}" in page.text and "rejects 1 " in page.text
    assert "stage events" in page.text and "peak memory" in page.text
    assert {f"question-{name}" for name in QUESTIONS} <= page.ids
    plays = loaded.value("select count(*) from song_plays")
    assert f"song_plays fact {plays:,} " in page.text
    assert {"run", "questions", "checks", "tables", "schema"} <= page.ids


@pytest.mark.every_engine
def test_every_question_and_check_is_answered_on_every_engine(workspace):
    workspace.put_events("a.json", play())
    workspace.put_songs("s.json", song())
    workspace.etl()
    text = Page(write_report(workspace).read_text()).text
    assert "This query failed." not in text
    assert " hold. " in text


BROKEN = '/*\ntitle = "Broken"\n*/\nselect cast(first_name as integer) as n from users\n'


@pytest.mark.every_engine
def test_a_query_and_a_check_that_break_leave_the_others_alone_on_every_engine(workspace):
    workspace.put_events("a.json", play())
    workspace.put_songs("s.json", song())
    workspace.etl()
    workspace.run("init", "wh")
    workspace.put("wh/analytics/a_broken.sql", BROKEN)
    workspace.put("wh/checks/a_broken.sql", BROKEN)
    text = Page(write_report(workspace, "--warehouse", "wh").read_text()).text
    assert text.count("This query failed.") == 1
    checks = len(workspace.run("check", "--warehouse", "wh", "--json", code=4).json)
    assert f"1 of {checks} checks failed." in text


def test_a_run_that_is_not_settled_is_neither_good_nor_bad(workspace):
    workspace.run("generate", ".", "--songs", "10", "--events", "10000", "--users", "50", "--days", "2", "--seed", "7")
    workspace.kill_while("stage events")
    page = write_report(workspace).read_text()
    assert '<strong class="unsettled">running</strong>: it is under way, or was cut off' in page
    assert 'class="held"' not in page.split('id="questions"')[0]


def test_the_last_run_is_that_of_the_definition(workspace):
    workspace.put_events("a.json", play())
    workspace.etl()
    workspace.run("init", "wh")
    users = workspace.folder / "wh/star/users.sql"
    users.write_text(users.read_text().replace("where choice = 1", "where choice = 1 and user_id <> 99"))
    assert "It ran another definition than this one" in Page(
        write_report(workspace, "--warehouse", "wh").read_text()).text
    workspace.put_events("b.json", play(sessionId=2))
    workspace.etl("--warehouse", "wh")
    text = Page(write_report(workspace).read_text()).text
    assert "Run 1 began" in text and "It ran another" not in text and "done (of another definition)" in text


def test_before_the_first_load_it_says_so(workspace):
    workspace.run("create-tables", "--yes")
    assert "Nothing was loaded yet." in Page(write_report(workspace).read_text()).text
    assert Page(workspace.run("report").stdout).ids


def test_without_a_warehouse_there_is_no_report(workspace):
    assert "run starlift etl first" in workspace.run("report", "-o", "report.html", code=2).stderr
    assert not (workspace.folder / "report.html").exists()


# In a browser.


def test_it_renders_without_a_complaint_and_asks_for_nothing(browser, path):
    browser.requests(), browser.complaints()
    browser.open(path)
    browser.wait_for_charts(len(CHARTS))
    browser.ask("for (const details of document.querySelectorAll('details')) details.open = true;")
    assert browser.complaints() == []
    assert [url for url in browser.requests() if not url.startswith("data:")] == [path.as_uri()]


def test_it_tells_how_fresh_each_table_is(workspace, browser):
    """No object of the events is there: what is made of them alone was never brought anything."""
    workspace.put_songs("s.json", song())
    workspace.etl()
    browser.open(write_report(workspace))
    [region] = browser.find("[role=region][aria-label=Tables]")
    at = [cell.text for cell in region.find_elements("css selector", "thead th")].index("newest load (UTC)")
    rows = [row.find_elements("css selector", "th, td") for row in region.find_elements("css selector", "tbody tr")]
    fresh = {cells[0].text: cells[at].text for cells in rows}
    finished = workspace.value("select cast(finished_at as varchar) as at from starlift.runs")[:len("2026-11-28 18:00")]
    assert fresh == {"staging.events": "", "users": "", "time": "", "song_plays": finished, "songs": finished,
                     "artists": finished, "staging.songs": finished}


def test_what_is_scrolled_by_keyboard_has_a_name(shown):
    scrolled = shown.find("main [tabindex='0']")
    assert {"Tables", "Schema"} <= {card.get_attribute("aria-label") for card in scrolled}
    assert all(card.get_attribute("role") and card.get_attribute("aria-label") for card in scrolled)


def test_every_chart_is_drawn_and_described(shown):
    assert len(shown.find("figure.chart")) == len(CHARTS)
    for name in CHARTS:
        [chart] = card(shown, name).find_elements("css selector", "figure svg[role=img]")
        marks = chart.find_elements("css selector", "[aria-label=bar] rect, [aria-label=line] path")
        assert marks and all(mark.size["width"] + mark.size["height"] > 0 for mark in marks), name
        assert "Its data is in the table below" in chart.get_attribute("aria-label")
        assert card(shown, name).find_elements("css selector", "details.data table")


def test_the_bars_are_the_numbers_of_the_table(shown, loaded):
    chart = card(shown, "most_played_songs")
    widths = [bar.size["width"] for bar in chart.find_elements("css selector", "[aria-label=bar] rect")]
    plays = [row["plays"] for row in loaded.run("query", "most_played_songs", "--json").json]
    assert len(widths) == len(plays)
    assert widths == pytest.approx([widths[0] * count / plays[0] for count in plays], abs=1.5)


def test_a_dangerous_name_is_a_name(shown):
    table = card(shown, "most_played_songs").find_element("css selector", "details.data")
    table.find_element("tag name", "summary").click()
    assert EVIL in table.text
    assert shown.ask("return window.broken") is None


def test_tables_sort_and_filter(shown):
    details = card(shown, "most_played_songs").find_element("css selector", "details.data")
    details.find_element("tag name", "summary").click()
    table = details.find_element("tag name", "table")
    names = [head.text for head in table.find_elements("css selector", "thead th")]
    at = names.index("plays")
    button = table.find_elements("css selector", "thead th button")[at]
    before = [int(text) for text in column_of(table, at)]
    for direction, ordered in (("ascending", sorted(before)), ("descending", sorted(before, reverse=True))):
        button.send_keys(Keys.ENTER)  # by keyboard as by mouse
        assert table.find_elements("css selector", "thead th")[at].get_attribute("aria-sort") == direction
        assert [int(text) for text in column_of(table, at)] == ordered
    details.find_element("css selector", "input[type=search]").send_keys("window.BROKEN")
    assert len(column_of(table, at)) == 1
    assert details.find_element("tag name", "output").text == f"1 of {len(before)} rows"


def test_dark_mode_changes_page_and_charts(shown):
    colors = """const color = (found, name) => getComputedStyle(document.querySelector(found))[name];
        return [color("body", "backgroundColor"), color("figure [aria-label=bar] rect", "fill"),
                color("figure [aria-label=line] path", "stroke"), color(".erd .ground", "fill")]"""
    light = shown.ask(colors)
    with shown.dark():
        assert all(a != b for a, b in zip(light, shown.ask(colors), strict=True))


def test_on_a_phone_nothing_scrolls_sideways(browser, path):
    with browser.phone():
        browser.open(path)
        browser.wait_for_charts(len(CHARTS))
        browser.ask("for (const details of document.querySelectorAll('details')) details.open = true;")
        assert browser.ask("return document.documentElement.scrollWidth") == 390
        assert all(svg.size["width"] <= 390 for svg in browser.find("figure.chart svg"))
        assert browser.complaints() == []


def test_on_paper_everything_stays_on_the_page(shown):
    """718 pixels are what A4 leaves between the margins."""
    with shown.paper(718):
        shown.ask("for (const details of document.querySelectorAll('details')) details.open = true;")
        outside = shown.ask("""
            const right = (node) => node.getBoundingClientRect().right;
            return [...document.querySelectorAll(".card table")]
              .filter((table) => table.getClientRects().length > 0
                && right(table) > Math.min(right(table.closest(".card")), innerWidth) + 0.5)
              .map((table) => `${table.caption?.textContent}: ${right(table) - right(table.closest(".card"))}`)""")
        assert outside == []
        assert shown.ask("return document.documentElement.scrollWidth") <= 718
    assert len(shown.command("Page.printToPDF")["data"]) > 10_000


def test_long_values_are_shown_whole(loaded, browser):
    """Rows of a failing check, whose user agents are longer than a column is wide."""
    loaded.run("init", "wh")
    loaded.put("wh/checks/agents.sql", '/*\ntitle = "No agents"\n*/\n'
               "select user_agent, location from song_plays where length(user_agent) > 100 order by songplay_id")
    browser.open(write_report(loaded, "--warehouse", "wh"))
    cut = "return [...document.querySelectorAll('.checks td.value, .checks td.value *')].map((cell) => " \
          "[cell.scrollWidth > cell.clientWidth && getComputedStyle(cell).overflow !== 'visible', cell.textContent.length])"
    cells = browser.ask(cut)
    assert max(length for _, length in cells) > 100 and not any(is_cut for is_cut, _ in cells)
    shutil.rmtree(loaded.folder / "wh")


def test_a_hint_that_does_not_fit_leaves_the_other_charts_alone(loaded, browser):
    loaded.run("init", "wh")
    for name, y in (("spaced", "number of plays"), ("upper", "Plays"), ("missing", "plys")):
        loaded.put(f"wh/analytics/{name}.sql", f'/*\ntitle = "{name}"\nchart = {{ kind = "bar", x = "level", y = ["{y}"] }}\n'
                   f'*/\nselect level, count(*) as "{y if name != "missing" else "plays"}" from song_plays group by level')
    browser.complaints()
    browser.open(write_report(loaded, "--warehouse", "wh"))
    browser.wait_for_charts(len(CHARTS) + 2)
    assert browser.complaints() == []
    assert "number of plays by level" in card(browser, "spaced").find_element(
        "css selector", "svg[role=img]").get_attribute("aria-label")
    assert "The chart names the column plys, which is not in the answer." in card(browser, "missing").text
    shutil.rmtree(loaded.folder / "wh")


def test_a_query_or_check_that_fails_does_not_lose_the_rest(loaded, browser):
    loaded.run("init", "definition")
    definition = loaded.folder / "definition"
    (definition / "analytics/broken.sql").write_text(
        '/*\ntitle = "Broken <b>"\n*/\nselect cast(name as integer) as n from artists\n')
    (definition / "checks").mkdir(exist_ok=True)
    (definition / "checks/never.sql").write_text(
        '/*\ntitle = "No artist"\n*/\nselect artist_id, name from artists where name like \'</script>%\'\n')
    browser.open(write_report(loaded, "--warehouse", "definition"))
    browser.wait_for_charts(len(CHARTS))
    assert "Broken <b>" in card(browser, "broken").text and "This query failed." in card(browser, "broken").text
    assert "1 of " in browser.find("p.failed")[0].text
    assert EVIL in browser.find("ul.checks")[0].text
    shutil.rmtree(definition)
