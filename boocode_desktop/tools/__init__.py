"""What the native agent can do, one module per tool."""
