#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# Becomes Streamlit with the chat page; settings.py lists what the page itself reads.
#   STREAMLIT_HOST  default 0.0.0.0; STREAMLIT_PORT default 8501
#   CHAT_PAGE       default /opt/spcs/streamlit/chat.py; PYTHON default python
set -eu
cd "$(dirname "${CHAT_PAGE:-/opt/spcs/streamlit/chat.py}")"
exec "${PYTHON:-python}" -m streamlit run "${CHAT_PAGE:-/opt/spcs/streamlit/chat.py}" \
  --server.address="${STREAMLIT_HOST:-0.0.0.0}" \
  --server.port="${STREAMLIT_PORT:-8501}" \
  --server.headless=true \
  --server.fileWatcherType=none \
  --browser.gatherUsageStats=false \
  --client.toolbarMode=viewer \
  "$@"
