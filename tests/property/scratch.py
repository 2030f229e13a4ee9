"""Where cases work: in memory when there is room, for speed."""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES = 512 << 20


def make_scratch_folder():
    """An empty folder, for its maker to remove."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return Path(tempfile.mkdtemp(prefix="starlift-property-", dir=MEMORY if has_room else None))
