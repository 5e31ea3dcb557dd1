"""The operator's command line. It works on the current directory and never goes to Lambda."""
