"""Sends the same generated requests to MLflow's own server and to the gateway, and compares what comes back."""
