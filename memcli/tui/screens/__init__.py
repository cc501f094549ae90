"""One module a screen, and the small dialogs between them."""
