"""What every task pod does at its edges: settings, log events, the result, and how it ends."""
