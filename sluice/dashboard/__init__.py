"""The dashboard, in Streamlit."""
