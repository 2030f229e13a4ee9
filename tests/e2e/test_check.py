"""The definition's checks."""

import pytest

from records import play, song

pytestmark = pytest.mark.every_engine


def test_checks_hold_and_a_failing_one_shows_its_rows(workspace):
    workspace.put_events("a.json", play(sessionId=1))
    workspace.put_songs("s.json", song())
    workspace.etl()
    assert "FAILED" not in workspace.run("check").stdout
    workspace.run("init", "wh")
    workspace.put("wh/checks/no_free_users.sql", "/*\ndescription = \"Everybody pays\"\n*/\n"
                  "select user_id, level from users where level = 'free'")
    shown = workspace.run("check", "--warehouse", "wh", code=4).stdout
    assert "FAILED  no_free_users: Everybody pays" in shown and "free" in shown
    checks = {outcome.pop("check"): outcome for outcome in
              workspace.run("check", "--warehouse", "wh", "--json", code=4).json}
    assert checks.pop("no_free_users") == {"holds": False, "rows": [{"user_id": 7, "level": "free"}]}
    assert all(outcome == {"holds": True, "rows": []} for outcome in checks.values())
