"""Data sets of the built-in warehouse, written by the product's own generator."""

import shutil
import subprocess

from warehouse import BINARY, ROOT, environment
from world import DataSet

SOURCES = {"S3": {"LOG_DATA": "log_data", "SONG_DATA": "song_data"}}


def make(rng, folder):
    """A small one of random shape. `folder` is scratch."""
    return generate(folder, songs=rng.choice((3, 12, 40)), events=rng.choice((40, 150, 400)),
                    users=rng.choice((3, 10)), days=rng.choice((3, 6, 12)), dirty=rng.choice((0, 0.1, 0.3)),
                    seed=rng.randint(1, 10**9))


def generate(folder, **options):
    """Each option is one of `starlift generate`. `folder` must not exist, and is gone afterwards."""
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    subprocess.run([BINARY, "generate", folder, *arguments], check=True, capture_output=True, env=environment())
    objects = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
    shutil.rmtree(folder)
    name = "sparkify " + " ".join(arguments)
    return DataSet(name, SOURCES, objects, ROOT / "warehouses/sparkify", is_builtin=True)
