# SPDX-License-Identifier: MPL-2.0
"""The page Model Monitoring: how users judged the answers."""

import collections
import sys
from pathlib import Path

import streamlit as st

# Streamlit runs a page with the folder of the main page on the path; a test may run it alone.
if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import feedback  # noqa: E402
import page_settings  # noqa: E402


_CHART = 240  # height, in pixels


def day_of(moment) -> str:
    return moment.strftime("%Y-%m-%d") if hasattr(moment, "strftime") else str(moment)[:10]


def by_day(rows: list[dict]) -> dict[str, list]:
    """Columns of a chart: the day, and how many thumbs of each kind it had."""
    counts: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for row in rows:
        counts[day_of(row["TIMESTAMP"])][1 if row["SCORE"] else 0] += 1
    days = sorted(counts)
    return {
        "day": days,
        "👍": [counts[day][1] for day in days],
        "👎": [counts[day][0] for day in days],
        "share of 👍": [counts[day][1] / sum(counts[day]) for day in days],
    }


def show(rows: list[dict]) -> None:
    if not rows:
        st.info("Nobody has given feedback yet.")
        return
    ups = sum(1 for row in rows if row["SCORE"])
    for column, (label, value) in zip(
        st.columns(3), (("👍", ups), ("👎", len(rows) - ups), ("share of 👍", f"{ups / len(rows):.0%}")), strict=True
    ):
        column.metric(label, value)
    days = by_day(rows)
    left, right = st.columns(2)
    left.subheader("Answers by score")
    # Horizontal: labels below a bar would be turned on their side.
    scores = {"score": ["👍", "👎"], "answers": [ups, len(rows) - ups]}
    left.bar_chart(scores, x="score", y="answers", horizontal=True, height=_CHART)
    right.subheader("Score over time")
    right.line_chart(days, x="day", y="share of 👍", height=_CHART)
    st.subheader("All feedback")
    st.dataframe([{**row, "SCORE": "👍" if row["SCORE"] else "👎"} for row in rows], hide_index=True)
    if len(rows) == 5000:
        st.caption("The newest 5000 rows.")


st.set_page_config(page_title="Model Monitoring", page_icon="📈", layout="wide")
st.title("Model Monitoring")
st.button("Read again")
try:
    settings = page_settings.load()
    if settings.off:
        st.info(settings.off)
    else:
        show(feedback.newest(settings))
except (page_settings.SettingsError, feedback.FeedbackError) as error:
    st.error(str(error))
