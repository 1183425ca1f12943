# Everything this checkout can do; each target calls one command that can be called without make.
run := ./local/run

# What stands on make's command line reaches the verb as it was written, through the environment:
# no shell and no further expansion reads it, and cli/make_variables.py names what no verb knows.
given := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))
$(foreach v,$(given),$(eval override $v := $$(value $v))$(eval export $v))
export ALCHEMISER_GIVEN := $(given)

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z -]*\):.*\#\#.*/\1/p' Makefile)

##@ Run the system on this machine
local: ## Deploy what changed here; the first time, trade a day too
	@$(run) local --and-trade
watch: ## Deploy every save here; STACK=…: follow its alarms
	@$(run) watch
preview: ## Show what `make local` would change (DIFF=1: all of it)
	@$(run) preview
day: ## Trade the next day, or DATE=2022-03-16
	@$(run) day
days: ## Trade days in a row: FROM=2022-03-15 TO=2022-03-31
	@$(run) days
outputs: ## Print what is deployed, as JSON
	@$(run) outputs
recover: ## Mend a stack: [STACK=dev]; ADOPT=1: take in what stands
	@$(run) recover
down: ## End the local stack and what was started for it
	@$(run) down
clean: ## Remove what was made here; the engine stays unless ALL=1
	@$(run) clean

example: ## Deploy and ask one of examples/, or a folder: NAME=chat
	@$(run) example

##@ Change it
strategies: ## Show what strategies want, and why: [FILE=…] [DATE=…]
	@$(run) strategies
new-function: ## Start a function: NAME=… LAYER=… [EVENT=…] [QUEUE=…] …
	@$(run) new-function
lock: ## Resolve the one lock again, export each layer's from it
	@$(run) tool lock
lock-engine: ## Pin another release of Pulumi: VERSION=3.276.0
	@$(run) lock-engine
lock-plugins: ## Put checksums of Pulumi's providers on record
	@$(run) lock-plugins
relock: ## Take newer releases and prove them: [PACKAGE=numpy]
	@$(run) relock

##@ Check it
test: ## Run every test (some 40 minutes on two cores)
	@$(run) tool tests
test-unit: ## Run the unit tests (three minutes on two cores)
	@$(run) tool unit-tests
test-function: ## Run the tests of one function: NAME=metrics_v2 (seconds)
	@$(run) test-function
test-functions: ## Run the tests of all functions
	@$(run) tool function-tests
test-shared: ## Run the tests of the shared code
	@$(run) tool shared-tests
check: ## Lint, format, types, directions of imports, locks
	@$(run) tool check
check-workflows: ## Check the workflows themselves: actionlint and zizmor
	@$(run) check-workflows
verify: ## Build all twice in different ways and compare the bytes
	@$(run) tool verify
newest: ## Try the newest of all that the locks hold back
	@$(run) tool newest
audit: ## Hold every lock to what is known to be bad
	@$(run) audit
bill: ## Write bills of materials of what ships: [NAME=strategy]
	@$(run) bill
soak: ## Run the long tests: twenty kills, long days, faults
	@$(run) tool soak
bench: ## Measure speed and write docs/benchmarks.md
	@$(run) tool bench

##@ Deploy it (REHEARSE=1: on MiniStack instead of AWS)
bootstrap-account: ## Make what an account needs: STACK=… [CHECK=1]
	@$(run) bootstrap-account
deploy-local: ## Bring the local stack back, code edited by hand included
	@$(run) deploy --stack local
deploy-dev: ## Bring dev to what this checkout says
	@$(run) deploy --stack dev
deploy-prod promote: ## Bring to prod what dev serves: [AGREE=…] [WATCH=15m]
	@$(run) promote
review: ## Preview STACK and keep the pull request's one comment
	@$(run) review
routes: ## Say which pipelines the changes since BASE call for
	@$(run) routes
from-main: ## Fail unless what is checked out is on main
	@$(run) from-main

##@ Look after it
smoke: ## Ask every function of STACK whether it lives
	@$(run) smoke
settled: ## Fail unless a preview of STACK expects no change
	@$(run) settled
drift: ## Name what was changed by hand: STACK=…
	@$(run) drift
history: ## List published versions: STACK=… [FUNCTION=…]
	@$(run) history
status: ## Show what is live, alarms, queues, what is next: STACK=…
	@$(run) status
releases: ## List what went live, what each changed: STACK=…
	@$(run) releases
rollback: ## Restore the release before: STACK=… [TO=…] [FUNCTION=…]
	@$(run) rollback
forward: ## Undo a rollback: STACK=… [FUNCTION=…]
	@$(run) forward
prune: ## Delete versions of old releases: STACK=… [KEEP=20]
	@$(run) prune
pause: ## Stop it: schedules off, queued trades held: STACK=…
	@$(run) pause
resume: ## Go on after a pause: STACK=…
	@$(run) resume
logs: ## Show logs by time: STACK=… [FUNCTION=…] [SINCE=1h] …
	@$(run) logs
invoke: ## Call a function: STACK=… FUNCTION=… EVENT=file.json
	@$(run) invoke
dead-letters: ## List what nobody could work off: STACK=…
	@$(run) dead-letters
redrive: ## Send dead letters back: STACK=… QUEUE=execution
	@$(run) redrive
names: ## Show what functions are called here and on AWS: STACK=…
	@$(run) names

help: ## List what there is to ask for
	@awk -F':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} \
	/^[a-z -]+:.*## / {n = split($$1, names, " "); printf "  make %-15s %s\n", names[n], $$2}' \
	$(MAKEFILE_LIST)
