"""The dashboard: a tenant's lake to look at, in Streamlit."""
