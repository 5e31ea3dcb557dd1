"""What is kept of whom: the data map, held against the code, and a scan that looks for personal data in what was stored."""
