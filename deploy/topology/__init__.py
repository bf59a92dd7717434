"""The topology of docker-compose.yml as processes on this machine: proxy, assistants, actions, on real stores."""
