"""Who did what: a stage's audit trail, to which rows are added and none is changed."""
