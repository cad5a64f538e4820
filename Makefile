# Targets are what people type; the logic is Python (k8s/) and needs nothing but the system's Python 3.11+.
PYTHON ?= python3
CLUSTER ?= podflow
TEST_CLUSTER ?= podflow-test
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/podflow
VENV := $(CACHE)/venv
PYTEST := $(VENV)/bin/python -m pytest
# Nothing is written into the checkout.
export PYTHONDONTWRITEBYTECODE = 1
export MYPY_CACHE_DIR = $(CACHE)/mypy
export RUFF_CACHE_DIR = $(CACHE)/ruff
export PRE_COMMIT_HOME = $(CACHE)/pre-commit
export HYPOTHESIS_STORAGE_DIRECTORY = $(CACHE)/hypothesis
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2 }' Makefile

.PHONY: doctor
doctor: ## Look at this machine and say what podflow would miss
	@$(PYTHON) -m k8s doctor

.PHONY: kind-up
kind-up: ## Create or repair the local cluster (CLUSTER=podflow)
	@$(PYTHON) -m k8s up --cluster $(CLUSTER)

.PHONY: kind-down
kind-down: ## Delete the local cluster and the data in it
	@$(PYTHON) -m k8s down --cluster $(CLUSTER)

.PHONY: images
images: ## Build the images (REGISTRY=... TAG=... pushes them to a registry of yours)
	@$(PYTHON) -m k8s images $(if $(REGISTRY),--registry $(REGISTRY)) $(if $(TAG),--tag $(TAG))

.PHONY: deploy
deploy: ## Build what changed and install or upgrade the chart on the local cluster
	@$(PYTHON) -m k8s deploy --cluster $(CLUSTER)

.PHONY: demo
demo: ## From nothing to gold: cluster, images, chart, and all pipelines followed to their end
	@$(PYTHON) -m k8s demo --cluster $(CLUSTER)

.PHONY: new-source
new-source: ## Write the files of a new source from templates (name=shop dataset=prices)
	@$(PYTHON) -m new_source "$(name)" $(if $(dataset),--dataset "$(dataset)")

.PHONY: lint
lint: ## Format, lint and type checks
	@$(PYTHON) -m k8s venv
	@PATH="$(VENV)/bin:$$PATH" pre-commit run --all-files

.PHONY: test-fast
test-fast: lint ## All that needs no cluster and no Docker engine
	@$(PYTHON) -m k8s tools helm
	@$(PYTEST) --numprocesses auto --dist loadfile tests/unit tests/dags tests/chart tests/dbt

.PHONY: test
test: test-fast ## Everything, from nothing: also real servers, and the pipeline on a kind cluster of its own
	@$(PYTHON) -m k8s up --cluster $(TEST_CLUSTER) && $(PYTHON) -m k8s images
	@$(PYTEST) --verbose --numprocesses auto --dist loadfile tests/integration
	@$(PYTEST) --verbose tests/e2e

.PHONY: faults
faults: ## Break things on purpose and watch them recover (slow)
	@$(PYTHON) -m k8s deploy --cluster $(TEST_CLUSTER)
	@$(PYTEST) --verbose tests/faults

.PHONY: bench
bench: ## Measure tasks, ingestion, dbt and Kafka beside their peers, and write docs/benchmarks.md (PARTS="kafka sinks" for some)
	@$(PYTHON) -m k8s venv
	@$(VENV)/bin/python -m benchmarks --cluster $(TEST_CLUSTER) --write docs/benchmarks.md $(if $(PARTS),--parts $(PARTS))

.PHONY: clean
clean: ## Delete both local clusters and the caches
	@$(PYTHON) -m k8s down --cluster $(CLUSTER) && $(PYTHON) -m k8s down --cluster $(TEST_CLUSTER)
	@rm -rf "$(CACHE)"
