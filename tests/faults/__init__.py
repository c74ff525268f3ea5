"""What happens when something goes wrong: kills, full disks, damage, races, long running. Long with FAULTS=long."""
