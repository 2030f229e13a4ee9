"""What the double does not do."""


class Refusal(Exception):
    """An error that the client gets, as Redshift would send it."""

    def __init__(self, message, sqlstate="XX000", detail=None):
        super().__init__(message)
        self.message, self.sqlstate, self.detail = message, sqlstate, detail


def unlisted(what):
    """The error for what no page of the documentation backs."""
    return Refusal(f"the double does not know {what}: it is not among the documented forms that starlift uses")
