"""What the double does not do."""


class Refusal(Exception):
    """An error that the client gets, as Redshift would send it."""

    def __init__(self, message, sqlstate="XX000", detail=None):
        super().__init__(message)
        self.message, self.sqlstate, self.detail = message, sqlstate, detail


# What a transaction ends with that cannot be put in an order with the others: it is to be tried again.
CONFLICT = Refusal("1023", detail="Serializable isolation violation on table - 100123, transactions forming the cycle "
                                  "are: 1234, 1235 (pid:4321)")


def unlisted(what):
    """The error for what no page of the documentation backs."""
    return Refusal(f"the double does not know {what}: it is not among the documented forms that starlift uses")
