"""First-party plugins, one module per format; each knows only memcli's public hooks, ports and records."""
