"""The Web API's language, without I/O: builders, decoders, topics, pacing arithmetic."""
