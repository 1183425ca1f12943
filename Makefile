# Everything this checkout can do; each target calls one command that can be called without make.
STACK ?= local
run := ./local/run
.DEFAULT_GOAL := help
.PHONY: help local preview outputs recover down clean test test-unit check lock bench soak

help: ## List what there is to ask for
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
local: ## Run the whole system on this machine, or bring it up to date
	@$(run) local
preview: ## Show what `make local` would change
	@$(run) preview
outputs: ## Print the local stack's outputs as JSON
	@$(run) outputs
recover: ## Mend a stack after a run that was cut off (STACK=dev for one on AWS)
	@$(run) recover $(STACK)
down: ## Destroy the local stack and stop what was started for it
	@$(run) down
clean: ## Stop what was started and remove the work folder
	@$(run) clean
test: ## Run every test: unit, program, artifacts, engine
	@$(run) tool tests
test-unit: ## Run the tests that need nothing but the environment
	@$(run) tool unit-tests
soak: ## Run the long tests: twenty kills, long days
	@$(run) tool soak
check: ## Lint, format, types, directions of imports, locks
	@$(run) tool check
lock: ## Resolve the one lock again and export each layer's from it
	@$(run) tool lock
bench: ## Measure speed and write docs/benchmarks.md
	@$(run) tool bench
