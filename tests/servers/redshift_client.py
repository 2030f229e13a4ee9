"""A client of the double for its tests."""

BUCKET = "redshift-tests"


class Client:
    """A session from a client's side."""

    def __init__(self, connection):
        self.connection = connection

    def run(self, sql):
        """Runs a statement; returns its rows, if it has any."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def tag(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.statusmessage

    def value(self, sql):
        [[value]] = self.run(sql)
        return value

    def refused(self, sql):
        """Runs a statement that has to fail; returns the message."""
        try:
            self.run(sql)
        except Exception as error:
            assert type(error).__module__.startswith("psycopg2"), error
            assert "the double broke" not in str(error), error
            self.sqlstate = error.pgcode
            return str(error)
        raise AssertionError(f"it was not refused: {sql}")
