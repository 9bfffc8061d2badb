# SPDX-License-Identifier: MPL-2.0
"""What the vendor's Python connector gets from an emulator, as one JSON object. Run by that connector's Python.

cases/cli.py starts it with SNOWFLAKE_HOME set, and checks the answers.
"""

import json
import time
import urllib.request

import snowflake.connector
from snowflake.connector import DictCursor
from snowflake.connector.errors import DatabaseError, ProgrammingError

snowflake.connector.paramstyle = "qmark"


def connect(name: str = "emulator", **settings):
    return snowflake.connector.connect(connection_name=name, **settings)


def advance(connection, seconds: float) -> None:
    request = urllib.request.Request(
        f"http://{connection.host}:{connection.port}/emulator/clock:advance",
        data=json.dumps({"seconds": seconds}).encode(),
        method="POST",
    )
    urllib.request.urlopen(request, timeout=10).close()


def one(connection, statement: str, *bindings):
    return connection.cursor().execute(statement, bindings or None).fetchone()[0]


def refusal(call) -> Exception:
    try:
        call()
    except DatabaseError as error:
        return error
    raise AssertionError("nothing was refused")


def statements(found: dict, demo, admin) -> None:
    row = demo.cursor().execute("SELECT ?, ?, ?, ?, ?", ("it's", 7, 1.5, True, None)).fetchone()
    found["bound"] = [row[0], int(row[1]), float(row[2]), row[3], row[4]]
    with admin.cursor(DictCursor) as cursor:
        found["rows"] = [{"name": row["name"]} for row in cursor.execute("SHOW WAREHOUSES")]
    (row,) = admin.cursor(DictCursor).execute("SHOW WAREHOUSES").fetchall()
    found["created_on"] = row["created_on"].isoformat()
    found["described"] = [column.name for column in demo.cursor().describe("SELECT 1 AS one")]


def errors(found: dict, demo) -> None:
    error = refusal(lambda: demo.cursor().execute("DESCRIBE COMPUTE POOL nope"))
    assert isinstance(error, ProgrammingError)
    found["error"] = {
        "errno": error.errno,
        "sqlstate": error.sqlstate,
        "sfqid": error.sfqid,
        "message": str(error),
    }
    denied = refusal(lambda: demo.cursor().execute("CREATE WAREHOUSE w"))
    found["denied"] = denied.errno


def sessions(found: dict, demo, admin) -> None:
    roles = [one(demo, "SELECT CURRENT_ROLE()"), one(admin, "SELECT CURRENT_ROLE()")]
    demo.cursor().execute("USE ROLE PUBLIC")
    roles += [demo.role, admin.role]
    demo.cursor().execute("USE ROLE SPCS_DEMO")
    found["roles"] = roles


def tables(found: dict, admin) -> None:
    admin.cursor().execute("CREATE DATABASE CONNECTOR")
    admin.cursor().execute("CREATE TABLE t (a NUMBER, b VARCHAR)")  # in the database that is now current
    inserted = admin.cursor().execute("INSERT INTO t (a, b) VALUES (?, ?), (?, ?)", (1, "a", 2, "b"))
    found["inserted"] = inserted.rowcount
    found["selected"] = [list(row) for row in admin.cursor().execute("SELECT a, b FROM t ORDER BY a")]


def asynchronous(found: dict, demo) -> None:
    cursor = demo.cursor()
    cursor.execute_async("SELECT CURRENT_ROLE()")
    query = cursor.sfqid
    while demo.is_still_running(demo.get_query_status_throw_if_error(query)):
        time.sleep(0.05)
    cursor.get_results_from_sfqid(query)
    found["async"] = [list(row) for row in cursor.fetchall()]
    late = demo.cursor()
    late.execute_async("DESCRIBE COMPUTE POOL nope")
    time.sleep(0.2)
    found["async_error"] = refusal(lambda: demo.get_query_status_throw_if_error(late.sfqid)).errno


def main() -> None:
    found: dict = {}
    with connect() as demo, connect("emulator_admin") as admin:
        statements(found, demo, admin)
        errors(found, demo)
        sessions(found, demo, admin)
        tables(found, admin)
        asynchronous(found, demo)
        advance(demo, 3601)
        found["renewed"] = one(demo, "SELECT CURRENT_ROLE()")
        advance(demo, 5 * 3600)
        found["expired"] = refusal(lambda: one(demo, "SELECT 1")).errno
    wrong = refusal(lambda: connect(authenticator="SNOWFLAKE", password="hunter2", private_key_file=None))
    found["password"], found["password_message"] = wrong.errno, str(wrong)
    print(json.dumps(found))


main()
