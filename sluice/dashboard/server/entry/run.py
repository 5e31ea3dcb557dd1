"""What Streamlit runs. It has a folder of its own: beside one called `pages` Streamlit takes each file there for a page."""

from sluice.dashboard.server.app import main

main()
