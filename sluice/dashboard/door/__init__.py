"""The door in front of the dashboard: nothing of Streamlit answers to anyone who has not signed in."""
