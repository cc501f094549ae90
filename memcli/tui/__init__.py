"""The terminal user interface: the only room that knows Textual; reaches memory through the corridor alone."""
