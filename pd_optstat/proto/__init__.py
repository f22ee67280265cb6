"""Generated protobuf modules; `proto/README.md` in the repository says how."""
