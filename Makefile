# Everything this checkout can do; each target calls one command that can be called without make.
run := ./local/run

# What stands on make's command line reaches the verb as it was written, through the environment:
# no shell and no further expansion reads it, and cli/command_line.py names what no verb knows.
given := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))
$(foreach v,$(given),$(eval override $v := $$(value $v))$(eval export $v))
export ALCHEMISER_GIVEN := $(given)

.DEFAULT_GOAL := help
.PHONY: help local day days strategies preview outputs recover down clean test test-unit soak \
        check lock bench deploy-local deploy-dev deploy-prod promote rollback forward history \
        drift smoke settled review routes check-workflows test-functions test-shared verify \
        new-function

help: ## List what there is to ask for
	@awk -F':.*## ' '/^[a-z -]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
local: ## Run the whole system on this machine, or bring it up to date, and trade a day
	@$(run) local --and-trade
day: ## Trade another day on it: DATE=2022-03-16 (without: the day after the last)
	@$(run) day
days: ## Trade a range of days and draw the equity: FROM=2022-03-15 TO=2022-03-31
	@$(run) days
strategies: ## Show what strategies want and why: FILE=calm-mix.clj DATE=2022-03-15
	@$(run) strategies
preview: ## Show what `make local` would change
	@$(run) preview
outputs: ## Print the local stack's outputs as JSON
	@$(run) outputs
recover: ## Mend a stack after a run that was cut off (STACK=dev for one on AWS)
	@$(run) recover
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

deploy-local: ## Bring the local stack to what this checkout says, whatever was edited by hand
	@$(run) deploy --stack local
deploy-dev: ## Bring dev on AWS to what this checkout says (REHEARSE=1: on MiniStack)
	@$(run) deploy --stack dev
deploy-prod promote: ## Bring to prod the very bytes that dev runs (YES=1 agrees)
	@$(run) promote
rollback: ## Go back: STACK=… [FUNCTION=…] [TO=version], without a build
	@$(run) rollback
forward: ## Undo a rollback: STACK=… [FUNCTION=…]
	@$(run) forward
history: ## List published versions: STACK=… [FUNCTION=…]
	@$(run) history
drift: ## Name what was changed behind the tool's back: STACK=… (status 2: drift)
	@$(run) drift
smoke: ## Ask every function of STACK whether it lives
	@$(run) smoke
settled: ## Fail unless a preview of STACK expects no change
	@$(run) settled
review: ## Preview STACK and keep the pull request's one comment
	@$(run) review
routes: ## Say which pipelines the changes since BASE call for
	@$(run) routes
check-workflows: ## Check the workflows themselves: actionlint and zizmor
	@$(run) check-workflows
test-functions: ## Run the tests of the functions
	@$(run) tool function-tests
test-shared: ## Run the tests of the shared code
	@$(run) tool shared-tests
verify: ## Build everything twice under different conditions and compare the bytes
	@$(run) tool verify
new-function: ## Start a function: NAME=risk_report LAYER=notifications
	@$(run) new-function
