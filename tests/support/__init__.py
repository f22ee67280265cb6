"""What tests share: clients, proxies, models, worlds and fixtures. It imports from the package only what it tests."""
