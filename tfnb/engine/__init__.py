"""Running a kernel: who is alive (handle, ledger), until when (scope), where (placement), and when (pending, run)."""
