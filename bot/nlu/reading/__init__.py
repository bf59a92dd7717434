"""What a message does in its talk: answers, corrects, asks on, waits, speaks of somebody else."""
