"""What Streamlit runs. It has its own folder: next to a folder called `pages` Streamlit would take each file in it for a page."""

from sluice.dashboard.server.app import main

main()
