# SPDX-License-Identifier: MPL-2.0
"""Rows of user tables through the vendor's Python connector, as one JSON object. Run by that connector's Python.

cases/feedback.py starts it with SNOWFLAKE_HOME set, and checks the answers.
"""

import datetime
import decimal
import json

import snowflake.connector
from snowflake.connector.errors import Error

NASTY = "it's \"quoted\" $$ 👍🏽 '); DROP TABLE t; -- \\ \n \t %s ? :1"
UTC = datetime.timezone.utc
PLUS_ONE = datetime.timezone(datetime.timedelta(hours=1))


def connect(style: str):
    return snowflake.connector.connect(connection_name="emulator_admin", paramstyle=style)


def refusal(connection, statement: str, bindings=None) -> list:
    try:
        connection.cursor().execute(statement, bindings)
    except Error as error:
        return [error.errno, error.sqlstate, error.msg.split("\n")[-1]]
    return [0, "", "accepted"]


def types(connection, found: dict) -> None:
    """Each type with each kind of binding: what went in comes out."""
    values = [
        7,
        decimal.Decimal("12.50"),
        1.5,
        True,
        NASTY,
        datetime.date(2026, 1, 2),
        datetime.time(3, 4, 5, 600000),
        datetime.datetime(2026, 1, 2, 3, 4, 5, 678901),
        b"\x00\xff",
    ]
    cursor = connection.cursor()
    cursor.execute(
        "CREATE OR REPLACE TABLE typed (n INT, d NUMBER(10,2), f FLOAT, b BOOLEAN, v VARCHAR, day DATE, clock TIME, "
        "at TIMESTAMP_NTZ, x BINARY)"
    )
    marks = ", ".join(["?" if connection._paramstyle == "qmark" else "%s"] * len(values))
    cursor.execute(f"INSERT INTO typed VALUES ({marks})", values)
    row = cursor.execute("SELECT * FROM typed").fetchone()
    found["same"] = [list(map(repr, row)), list(map(repr, values))]
    nulls = [None] * len(values)
    cursor.execute(f"INSERT INTO typed VALUES ({marks})", nulls)
    found["nulls"] = list(cursor.execute("SELECT * FROM typed WHERE n IS NULL").fetchone())


def zones(connection, found: dict) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE OR REPLACE TABLE zoned (l TIMESTAMP_LTZ, z TIMESTAMP_TZ, n TIMESTAMP_NTZ)")
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=PLUS_ONE)
    cursor.execute("INSERT INTO zoned VALUES (?, ?, ?)", [("TIMESTAMP_LTZ", moment), ("TIMESTAMP_TZ", moment), ("TIMESTAMP_NTZ", moment)])
    local, zoned, plain = cursor.execute("SELECT l, z, n FROM zoned").fetchone()
    found["zones"] = [local.astimezone(UTC).isoformat(), zoned.isoformat(), plain.isoformat()]
    cursor.execute("UPDATE zoned SET l = CURRENT_TIMESTAMP()")
    (now,) = cursor.execute("SELECT l FROM zoned").fetchone()
    found["now"] = abs((datetime.datetime.now(UTC) - now).total_seconds()) < 60


def rows(connection, found: dict) -> None:
    cursor = connection.cursor()
    cursor.execute('CREATE OR REPLACE TABLE t (id INT NOT NULL, "Mixed Case" VARCHAR(20), score INT)')
    cursor.executemany("INSERT INTO t VALUES (?, ?, ?)", [(i, f"row {i}", i % 2) for i in range(100)] + [(100, None, None)])
    found["many"] = cursor.rowcount
    cursor.execute("UPDATE t SET score = score + 1 WHERE id < ?", (10,))
    found["updated"] = cursor.rowcount
    cursor.execute("DELETE FROM t WHERE id >= 50 AND id < 60 OR \"Mixed Case\" = ?", ("row 0",))
    found["deleted"] = cursor.rowcount
    grouped = "SELECT score, COUNT(*), MIN(id), AVG(id) FROM t GROUP BY score ORDER BY score NULLS FIRST"
    found["grouped"] = [[None if cell is None else float(cell) for cell in row] for row in cursor.execute(grouped)]
    found["columns"] = [column.name for column in cursor.execute('SELECT "Mixed Case", COUNT(*) AS c FROM t GROUP BY 1 LIMIT 1').description]
    found["page"] = [row[0] for row in cursor.execute("SELECT id FROM t ORDER BY id DESC LIMIT 2 OFFSET 1")]
    found["left"] = cursor.execute("SELECT COUNT(*) FROM t").fetchone()[0]


def refusals(connection, found: dict) -> None:
    found["refused"] = {
        "column": refusal(connection, "SELECT nothing FROM t"),
        "case": refusal(connection, "SELECT mixed_case FROM t"),
        "table": refusal(connection, "SELECT 1 FROM nothing"),
        "type": refusal(connection, "INSERT INTO t (id) VALUES (?)", ("seven",)),
        "null": refusal(connection, "INSERT INTO t (score) VALUES (1)"),
        "length": refusal(connection, "INSERT INTO t VALUES (1, ?, 1)", ("x" * 21,)),
        "group": refusal(connection, "SELECT id, COUNT(*) FROM t"),
        "join": refusal(connection, "SELECT * FROM t JOIN t u ON t.id = u.id"),
        "begin": refusal(connection, "BEGIN"),
        "autocommit": refusal(connection, "ALTER SESSION SET AUTOCOMMIT = FALSE"),
        "commit": refusal(connection, "COMMIT"),
    }


def main() -> None:
    found: dict = {"qmark": {}, "pyformat": {}}
    with connect("qmark") as connection:
        connection.cursor().execute("CREATE DATABASE ROWS_OF_TABLES")
        types(connection, found["qmark"])
        zones(connection, found)
        rows(connection, found)
        refusals(connection, found)
    with connect("pyformat") as connection:
        connection.cursor().execute("USE SCHEMA ROWS_OF_TABLES.PUBLIC")
        types(connection, found["pyformat"])
        many = connection.cursor()
        many.executemany("INSERT INTO t (id, \"Mixed Case\") VALUES (%s, %s)", [(200, "a'b"), (201, "\\")])
        found["pyformat"]["many"] = many.rowcount
        found["pyformat"]["read"] = [row[0] for row in many.execute('SELECT "Mixed Case" FROM t WHERE id IN (%s, %s) ORDER BY id', (200, 201))]
    print(json.dumps(found))


main()
