"""The local cloud: everything the deployed functions need, on this machine only; nothing here is ever deployed."""
