"""An event from the request to the store: parsed, allowed, built and put."""
