"""A forwarder next to a tenant's application: events wait on its disk, with tokens for named fields, until a stage has them."""
