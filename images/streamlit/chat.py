# SPDX-License-Identifier: MPL-2.0
"""The chat page: a text goes in, what the model makes of it streams out, and a thumb with a comment is stored."""

import uuid

import streamlit as st

import feedback
import model_client
import page_settings


def literal(text: str) -> str:
    """Text for Markdown whose dollar signs are no formulas."""
    return text.replace("$", "\\$")


def ask(settings: page_settings.Settings, text: str) -> None:
    """Streams the answer onto the page and remembers it."""
    answer, fault = "", ""
    with st.chat_message("assistant"):
        waiting, place = st.empty(), st.empty()
        waiting.caption("Waiting for the model …")
        try:
            for piece in model_client.stream(
                settings.api_url, settings.prompt(text), max_tokens=settings.max_tokens, temperature=0
            ):
                if piece is None:
                    waiting.caption("The model is still at it …")
                    continue
                waiting.empty()
                answer += piece
                place.markdown(literal(answer))
        except model_client.ModelError as error:
            fault = str(error)
        waiting.empty()
    st.session_state.turns.append({"id": str(uuid.uuid4()), "text": text, "answer": answer, "fault": fault, "stored": None})


def show_feedback(settings: page_settings.Settings, turn: dict) -> None:
    if turn["stored"] is not None:
        st.caption("Thank you: your 👍 is stored." if turn["stored"] else "Thank you: your 👎 is stored.")
        return
    if settings.off:
        st.caption(settings.off)
        return
    with st.form(f"feedback-{turn['id']}"):
        comment = st.text_input("Comment", key=f"comment-{turn['id']}", placeholder="Optional: what was good, what was not?")
        up, down = st.columns(2)
        score = 1 if up.form_submit_button("👍", help="A good answer") else None
        score = 0 if down.form_submit_button("👎", help="Not a good answer") else score
    if score is None:
        return
    row = feedback.Feedback(turn["id"], turn["text"], turn["answer"], score, comment)
    try:
        feedback.store(settings, row)
    except feedback.FeedbackError as error:
        st.error(str(error))
        return
    turn["stored"] = score
    st.rerun()


def show(settings: page_settings.Settings) -> None:
    turns = st.session_state.setdefault("turns", [])
    for turn in turns:
        with st.chat_message("user"):
            st.text(turn["text"])
        if turn["answer"]:
            with st.chat_message("assistant"):
                st.markdown(literal(turn["answer"]))
        if turn["fault"]:
            st.error(turn["fault"])
        elif turn["answer"]:
            show_feedback(settings, turn)
    if text := st.chat_input("Paste a text"):
        with st.chat_message("user"):
            st.text(text)
        ask(settings, text)
        st.rerun()


st.set_page_config(page_title="Chat", page_icon="💬")
st.title("Chat with the model")
try:
    loaded = page_settings.load()
except page_settings.SettingsError as error:
    st.error(f"This page is not set up: {error}")
else:
    show(loaded)
