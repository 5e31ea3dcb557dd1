"""A tenant's report: its period, its questions, and the mail that their answers make."""
