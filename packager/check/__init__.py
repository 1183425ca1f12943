"""What holds an artifact to the rules of the platform and of this project."""
