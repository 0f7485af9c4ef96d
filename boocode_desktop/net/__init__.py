"""The HTTP client factory, server-sent events and HTTP error classes: the only room that knows the HTTP library."""
