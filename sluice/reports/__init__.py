"""Reports outside Lambda: their statements for the package, and reports made on this machine."""
