"""The service's own log: what its lines say, and its export to the stage's bucket."""
