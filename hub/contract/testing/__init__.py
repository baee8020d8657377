"""What a connector's author tests with: specimens, a scripted session, a corpus."""
