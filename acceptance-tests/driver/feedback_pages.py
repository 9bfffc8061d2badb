# SPDX-License-Identifier: MPL-2.0
"""The chat image's own modules, unmodified, against a table of the account. Run by the Python of venv-streamlit.

cases/feedback.py starts it with a container's variables and the rows to store, and checks the JSON that it prints.
"""

import json
import sys
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "images" / "streamlit"
sys.path.insert(0, str(PAGES))

import feedback  # noqa: E402
import page_settings  # noqa: E402
from streamlit.testing.v1 import AppTest  # noqa: E402


def main() -> None:
    settings = page_settings.load()
    for row in json.load(sys.stdin):
        feedback.store(settings, feedback.Feedback(*row))
    rows = feedback.newest(settings)
    page = AppTest.from_file(str(PAGES / "pages" / "1_Model_Monitoring.py"), default_timeout=60).run()
    found = {
        "rows": [[row["RUN_ID"], row["USER_PROMPT"], row["ASSISTANT_RESPONSE"], row["SCORE"], row["COMMENT"]] for row in rows],
        "times": [row["TIMESTAMP"].isoformat() for row in rows],
        "metrics": [metric.value for metric in page.metric],
        "shown": [list(frame.value["COMMENT"]) for frame in page.dataframe],
        "errors": [error.value for error in page.error] + [str(error.value) for error in page.exception],
    }
    print(json.dumps(found))


main()
