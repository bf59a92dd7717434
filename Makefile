.DEFAULT_GOAL := help
.PHONY: help run test
VENV := .venv
BOT := $(VENV)/bin/bot

help:  ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.installed: pyproject.toml constraints.txt deploy/setup.sh
	@sh deploy/setup.sh $(VENV)

run: $(VENV)/.installed  ## Set up, train if needed, start the assistant on http://127.0.0.1:5005
	@$(BOT) train
	@exec $(BOT) run

test: $(VENV)/.installed  ## Set up and run all checks and tests
	@sh deploy/test.sh $(VENV)
