"""The doors: settings, addresses, middleware, machine door, pages, command line."""
