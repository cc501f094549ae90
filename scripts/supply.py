"""What memcli stands on: `python scripts/supply.py` lists packages and models with licences, and checks the pins.

Fails where a dependency has no lower or no upper bound (nor an exact pin), where what is installed is outside of
its bounds, or where a licence is not known. Models without a checksum of ours are held to what the first pull
brought. `--advisories` asks pip-audit, if it is installed; without it, or without an advisory source in reach, it
says that nothing was checked.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
UPPER = {"<", "<=", "==", "~="}
LOWER = {">", ">=", "==", "~="}


def licence_of(name: str) -> str:
    """As the package tells it: the SPDX expression, the short field, or its classifiers."""
    told = metadata.metadata(name)
    classifiers = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    short = (told.get("License") or "").strip()
    said = told.get("License-Expression") or (short if 0 < len(short) < 60 else "") or ", ".join(classifiers)
    files = [file for file in metadata.files(name) or [] if file.name.upper().startswith("LICEN")]
    return said or (next(iter(files[0].read_text().splitlines()), "").strip() if files else "")


def closure(names: list[str]) -> list[str]:
    """The packages and all that they need here, by name."""
    found: dict[str, None] = {}
    left = list(names)
    while left:
        name = left.pop()
        key = name.lower().replace("_", "-")
        if key in found:
            continue
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found[key] = None
        wanted = [Requirement(need) for need in needs]
        left += [need.name for need in wanted if need.marker is None or need.marker.evaluate({"extra": ""})]
    return sorted(found)


def pins(requirements: list[Requirement]) -> list[str]:
    """What is wrong with the bounds."""
    wrong = []
    for need in requirements:
        operators = {each.operator for each in need.specifier}
        if not operators & LOWER or not operators & UPPER:
            wrong.append(f"{need.name} has no {'upper' if operators & LOWER else 'lower'} bound")
        if not need.specifier.contains(metadata.version(need.name), prereleases=True):
            wrong.append(f"{need.name} {metadata.version(need.name)} is installed, outside of {need.specifier}")
    return wrong


def models() -> tuple[list[str], list[str]]:
    """A line per model, and what is wrong."""
    entries = tomllib.loads((ROOT / "memcli" / "models" / "catalog.toml").read_text(encoding="utf-8"))
    lines, wrong = [], []
    for name, entry in entries.get("models", entries).items():
        held = f"sha256 {entry['sha256'][:16]}…" if entry.get("sha256") else "held to what the first pull brings"
        lines.append(f"  {name:<32} {entry.get('licence', '?'):<28} {held}")
        wrong += [] if entry.get("licence") else [f"model {name} tells no licence"]
    return lines, wrong


def advisories() -> str:
    """What is known of weaknesses, or that nothing could be asked."""
    if shutil.which("pip-audit") is None:
        return "advisories: NOT CHECKED, pip-audit is not installed"
    done = subprocess.run(["pip-audit", "--progress-spinner", "off"], capture_output=True, text=True, check=False)
    if "onnection" in done.stderr or "resolve" in done.stderr:
        return "advisories: NOT CHECKED, no advisory source can be reached from here"
    return f"advisories: {(done.stdout or done.stderr).strip()}"


def main() -> int:
    """Print and check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--advisories", action="store_true", help="ask pip-audit; needs the network")
    given = parser.parse_args()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [Requirement(line) for line in project["dependencies"]]
    wrong = pins(requirements)
    print("packages")
    for name in closure([need.name for need in requirements]):
        licence = licence_of(name)
        print(f"  {name:<32} {metadata.version(name):<20} {licence or '?'}")
        wrong += [] if licence else [f"{name} does not tell its licence"]
    lines, more = models()
    print("models", *lines, sep="\n")
    print(advisories() if given.advisories else "advisories: not asked (--advisories)")
    for line in (*wrong, *more):
        print(f"WRONG: {line}", file=sys.stderr)
    return 1 if wrong or more else 0


if __name__ == "__main__":
    sys.exit(main())
