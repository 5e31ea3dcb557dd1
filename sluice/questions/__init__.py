"""The library of questions in one dialect of SQL, and its linter."""
