"""A small warehouse definition with a column of every type, for tests of what is read."""

from workspace import Workspace

COLUMNS = {  # name: (field, type, more)
    "id": ("id", "integer", "required = true"),
    "label": ("label", "varchar(16)", ""),
    "note": ("note", "varchar(65535)", ""),
    "small": ("small", "smallint", ""),
    "count": ("count", "integer", ""),
    "big": ("big", "bigint", ""),
    "price": ("price", "decimal(8,2)", ""),
    "exact": ("exact", "decimal(38,10)", ""),
    "level": ("level", "double", ""),
    "is_on": ("on", "boolean", ""),
    "day": ("day", "date", ""),
    "at_ms": ("at.ms", "timestamp", 'unit = "ms"'),
    "at_s": ("at.s", "timestamp", 'unit = "s"'),
    "at_us": ("at.us", "timestamp", 'unit = "us"'),
    "at_iso": ("at.iso", "timestamp", 'unit = "iso8601"'),
    "place": ("place.address.city", "varchar(64)", ""),
    "second": ("list[1]", "integer", ""),
}
DECIMALS = ("price", "exact")
CELLS = ", ".join(f"cast({name} as varchar) as {name}" if name in DECIMALS else f'"{name}"' for name in COLUMNS)
STAGED = f"""select o.key, {CELLS}, _object_id, _record
from staging.readings r join starlift.objects o on o.object_id = r._object_id order by o.key, r._record"""


def write_definition(folder):
    """Writes the definition below `folder` and returns its folder."""
    definition = folder / "definition"
    (definition / "staging").mkdir(parents=True)
    (definition / "warehouse.toml").write_text('name = "lab"\ndescription = "Readings of a laboratory"\n')
    columns = "".join(
        f'    {{ name = "{name}", field = "{field}", type = "{kind}"{", " * bool(more)}{more} }},\n'
        for name, (field, kind, more) in COLUMNS.items())
    (definition / "staging/readings.toml").write_text(
        f'description = "Readings"\nsource = "LAB.READINGS"\ncolumns = [\n{columns}]\n')
    return definition


class Lab(Workspace):
    """A workspace with this definition; its objects lie below `readings`."""

    def __init__(self, folder):
        super().__init__(folder)
        self.definition = write_definition(self.folder)
        self.use_sources("[LAB]\nREADINGS = readings\n")
        (self.folder / "readings").mkdir()

    def run(self, *arguments, **options):
        return super().run(*arguments, "--warehouse", self.definition, **options)

    def put_reading(self, name, content):
        return self.put(f"readings/{name}", content)

    def staged(self):
        """The staged rows of each object, by its name, in the order of its records."""
        return self._by_object(self.query(STAGED))

    def rejected(self):
        """What `starlift rejects` says of each object, by its name, in the order of its records."""
        return self._by_object(sorted(self.rejects(), key=lambda row: (row["object"], row["record"])), "object")

    def _by_object(self, rows, column="key"):
        found = {}
        for row in rows:
            found.setdefault(str(row[column]).removeprefix(f"{self.folder}/readings/"), []).append(row)
        return found
