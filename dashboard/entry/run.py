"""What Streamlit runs. It has a folder of its own: beside one called `pages` Streamlit takes each file there for a page."""

from dashboard.app import main

main()
