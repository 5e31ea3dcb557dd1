"""Who may do what: the IAM policies and their lint."""
