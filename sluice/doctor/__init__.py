"""What is wrong with a stage, its buckets and its service."""
