"""Data sets of the shop definition: orders by day, lines that are sent again, price lists that disagree, and dirt."""

import json
import shutil

from warehouse import ROOT
from world import DataSet

SOURCES = {"SHOP": {"ORDERS": "orders", "PRODUCTS": "products"}}
NOON_US = 1772366400 * 10**6  # 2026-03-01 12:00 UTC
DAY_US = 24 * 3600 * 10**6
SKUS = [f"P-{number}" for number in range(12)]

DEFINITION = ROOT / "tests/warehouses/shop"
# The definition remakes its models whole; some data sets come with one that remakes them by keys.
INCREMENTAL = {
    "customers": """
[incremental]
by      = "customer_id"
inputs  = { order_lines = "customer_id" }
touched = { order_lines = "select customer_id from changed.order_lines where customer_id is not null" }
""",
    "products": """
[incremental]
by     = "sku"
inputs = { order_lines = "sku", products = "sku" }

[incremental.touched]
order_lines = "select sku from changed.order_lines where sku is not null"
products    = "select sku from changed.products"
""",
    "sales": """
[incremental]
by      = "order_id"
inputs  = { order_lines = "order_id" }
touched = { order_lines = "select order_id from changed.order_lines" }
""",
}


def make(rng, folder):
    """One of random shape. `folder` must not exist; a definition may be written there."""
    dirty = rng.choice((0, 0.1, 0.3))
    is_incremental = rng.random() < 0.7
    objects = {}
    sent = []
    for day in range(rng.randint(3, 8)):
        lines = [line for number in range(rng.randint(1, 8)) for line in order(rng, day, number)]
        sent += lines
        again = [corrected(rng, line) for line in rng.sample(sent, rng.randint(0, len(sent) // 3))]
        objects[f"orders/2026-03-{day + 1:02}.json"] = text(rng, lines + again, dirty)
    objects["orders/late/corrections.json"] = text(rng, [corrected(rng, line) for line in sent[::3]], dirty)
    for number in range(rng.randint(2, 6)):
        objects[f"products/list-{number}.json"] = text(rng, [product(rng) for _ in range(rng.randint(1, 6))], dirty)
    name = f"shop, {'incremental, ' if is_incremental else ''}{dirty} dirty"
    definition = write_incremental_definition(folder) if is_incremental else DEFINITION
    return DataSet(name, SOURCES, objects, definition, is_builtin=False)


def write_incremental_definition(folder):
    shutil.copytree(DEFINITION, folder)
    for model, table in INCREMENTAL.items():
        path = folder / f"star/{model}.sql"
        path.write_text(path.read_text().replace("*/", table + "*/", 1))
    return folder


def order(rng, day, number):
    """The lines of one order."""
    placed_us = NOON_US + day * DAY_US + rng.randint(-12, 12) * 3600 * 10**6
    customer = rng.randint(1, 6)
    address = {"city": rng.choice(("Bern", "Ulm", "Graz")), "country": rng.choice(("CH", "DE", None))}
    buyer = {"id": rng.choice((customer, str(customer), None)), "name": f"Customer {customer}", "address": address}
    for line in range(1, rng.randint(2, 5)):
        item = {"sku": rng.choice((*SKUS, None)), "tags": rng.choice(([], ["new"])), "quantity": rng.randint(1, 9),
                "unit_price": rng.choice((0.1, "19.9950", 5, None)), "gift": rng.choice((True, False, None))}
        head = {"id": f"{day}-{number}", "line": line, "placed_at": iso(placed_us), "paid_at": placed_us // 10**6 + 60,
                "packed_at": rng.choice((None, placed_us + DAY_US)), "due_on": f"2026-03-{day + 3:02}"}
        yield {"order": head, "customer": buyer, "items": [item]}


def corrected(rng, line):
    """The line as it is sent again: packed later, or at the same time with other content, or the same."""
    line = json.loads(json.dumps(line))
    packed_at = line["order"]["packed_at"]
    line["order"]["packed_at"] = rng.choice((packed_at, NOON_US + rng.randint(1, 40) * DAY_US))
    line["items"][0]["quantity"] = rng.choice((line["items"][0]["quantity"], rng.randint(1, 9)))
    line["customer"]["name"] += rng.choice(("", " jr."))
    return line


def product(rng):
    sku = rng.choice(SKUS)
    return {"sku": sku, "name": rng.choice((f"Product {sku}", None)), "price": {"list": rng.choice((0.12, "7.50", 3))},
            "weight.kg": rng.choice((0.007, 1.5, None)), "active": rng.choice((True, False)),
            "released": rng.choice(("2020-02-29", "2021-01-01", None))}


def iso(moment_us):
    seconds, us = divmod(moment_us - NOON_US, 10**6)
    day, second = divmod(seconds + 12 * 3600, 24 * 3600)
    month, day = (2, 28 + day + 1) if day < 0 else (3, day + 1)
    return f"2026-{month:02}-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{us:06}Z"


def text(rng, records, dirty):
    """An object with these records, in any of the shapes that it may have."""
    texts = [spoilt(rng, record) if rng.random() < dirty else json.dumps(record, ensure_ascii=False)
             for record in records]
    shape = rng.choice(("lines", "lines", "no newlines", "pretty", "array"))
    if shape == "pretty":
        texts = [json.dumps(json.loads(line), indent=2) if is_json(line) else line for line in texts]
    if shape == "array" and all(map(is_json, texts)):
        return f"[{','.join(texts)}]".encode()
    return ("" if shape == "no newlines" else "\n").join(texts).encode()


def spoilt(rng, record):
    """The record as text, with something wrong."""
    record = json.loads(json.dumps(record))
    part = rng.choice([record, *(value for value in record.values() if isinstance(value, dict))])
    key = rng.choice(sorted(part))
    wrong = rng.choice(("broken", "absent", "wrong type", "too long", "unknown field", "empty"))
    if wrong == "absent":
        del part[key]
    elif wrong in ("wrong type", "too long", "empty"):
        part[key] = {"wrong type": "soon", "too long": "x" * 2000, "empty": ""}[wrong]
    elif wrong == "unknown field":
        part["colour"] = "blue"
    line = json.dumps(record)
    return line[: rng.randint(1, len(line) - 1)] if wrong == "broken" else line


def is_json(line):
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
