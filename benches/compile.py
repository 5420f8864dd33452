#!/usr/bin/env python3
"""Compile time of one generated enum: errcode beside thiserror with hand-written matches, in the same run.

usage: compile.py [--sizes 50,200,1000] [--modes check,build,release] [--runs 5] [--callgrind]

Every case is one crate whose dependencies are built before; only the crate itself is measured. Prints the median of
the runs and the ratio to thiserror: instructions where `perf` can count them (or, with --callgrind, under valgrind,
which is slow but repeatable anywhere), else user CPU seconds.
A size of 10000 is a hundred enums of a hundred codes under one `catalog!`.
"""
import argparse, os, pathlib, re, resource, shutil, statistics, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATUS = [400, 401, 403, 404, 409, 422, 429, 500, 502, 503]


def variants(count, attribute):
    return "".join(f"    {attribute(i)}\n    V{i} {{ name: String, count: u64 }},\n" for i in range(count))


def message(i):
    return f"operation {i} on {{name}} failed after {{count}} attempts"


def plain(count, name="AppErr", first=0):
    attribute = lambda i: f'#[error("{message(i)}", code = "E{first + i:05}", status = {STATUS[i % 10]})]'
    return f"#[derive(Debug, errcode_core::AppError)]\npub enum {name} {{\n{variants(count, attribute)}}}\n"


def errcode_plain(count):
    if count < 10000:
        return plain(count) + "errcode_core::catalog! { pub static CATALOG = [AppErr]; }\n"
    names = [f"M{m}" for m in range(count // 100)]
    enums = "".join(plain(100, name, m * 100) for m, name in enumerate(names))
    return enums + f"errcode_core::catalog! {{ pub static CATALOG = [{', '.join(names)}]; }}\n"


def errcode_full(count):
    attribute = lambda i: (
        f"/// Operation {i} failed.\n    ///\n    /// Check the name and try again.\n"
        f'    #[error("{message(i)}", code = "E{i:05}", status = {STATUS[i % 10]}, retryable, owner = "team", '
        f'user_msg = "operation {i} on {{name}} failed")]'
    )
    return f"#[derive(Debug, errcode_core::AppError)]\npub enum AppErr {{\n{variants(count, attribute)}}}\n" \
        "errcode_core::catalog! { pub static CATALOG = [AppErr]; }\n"


def thiserror(count):
    attribute = lambda i: f'#[error("{message(i)}")]'
    enum = f"#[derive(Debug, thiserror::Error)]\npub enum AppErr {{\n{variants(count, attribute)}}}\n"
    code = "".join(f'            Self::V{i} {{ .. }} => "E{i:05}",\n' for i in range(count))
    status = "".join(f"            Self::V{i} {{ .. }} => {STATUS[i % 10]},\n" for i in range(count))
    return enum + "impl AppErr {\n" \
        + f"    pub fn code(&self) -> &'static str {{\n        match self {{\n{code}        }}\n    }}\n" \
        f"    pub fn status(&self) -> u16 {{\n        match self {{\n{status}        }}\n    }}\n}}\n"


CASES = {
    "thiserror + matches": (thiserror, 'thiserror = "2"\n'),
    "errcode, plain": (errcode_plain, f'errcode-core = {{ path = "{ROOT}/errcode-core" }}\n'),
    "errcode, everything": (errcode_full, f'errcode-core = {{ path = "{ROOT}/errcode-core" }}\n'),
}
MODES = {"check": ["check"], "build": ["build"], "release": ["build", "--release"]}


def has_perf():
    if not shutil.which("perf"):
        return False
    probe = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "true"], capture_output=True, text=True)
    return probe.returncode == 0 and probe.stderr.split(",")[0].isdigit()


def wrapper(folder, crate, counter):
    """A RUSTC_WRAPPER that counts the compilation of one crate and leaves the others alone."""
    path = folder / "rustc-wrapper"
    command = {
        "perf": 'perf stat -x, -e instructions:u -o "$COUNT_FILE" --',
        "callgrind": "valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file=$COUNT_FILE",
    }[counter]
    measured = f'*" --crate-name {crate} "*) exec {command} "$@"'
    path.write_text(f'#!/bin/sh\ncase " $* " in {measured} ;; *) exec "$@" ;; esac\n')
    path.chmod(0o755)
    return path


def measure(folder, mode, counter):
    target = str(folder.parent / "target")
    env = dict(os.environ, CARGO_INCREMENTAL="0", CARGO_TARGET_DIR=target, COUNT_FILE=str(folder / "count"))
    if counter:
        env["RUSTC_WRAPPER"] = str(wrapper(folder, folder.name, counter))
    os.utime(folder / "src/lib.rs")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run = subprocess.run(["cargo", *MODES[mode], "--quiet"], cwd=folder, env=env, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr[-3000:])
    if not counter:
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    text = (folder / "count").read_text()
    count = re.search(r"Collected : (\d+)" if counter == "callgrind" else r"^(\d+),", text, re.M)
    return int(count[1]) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="50,200,1000")
    parser.add_argument("--modes", default="check,build,release")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--callgrind", action="store_true")
    options = parser.parse_args()
    counter = "callgrind" if options.callgrind else "perf" if has_perf() else None
    unit = "G instructions" if counter else "user CPU seconds"
    print(f"{'mode':8} {'variants':>8}  {'case':22} {unit:>17} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        for mode in options.modes.split(","):
            for size in map(int, options.sizes.split(",")):
                base = None
                for case, (generate, dependency) in CASES.items():
                    if size >= 10000 and case == "errcode, everything":
                        continue
                    folder = pathlib.Path(scratch) / re.sub(r"\W+", "_", f"{case}_{size}")
                    (folder / "src").mkdir(parents=True, exist_ok=True)
                    (folder / "Cargo.toml").write_text(
                        f'[package]\nname = "{folder.name}"\nversion = "0.0.0"\nedition = "2024"\n'
                        f"[workspace]\n[dependencies]\n{dependency}")
                    (folder / "src/lib.rs").write_text(generate(size))
                    measure(folder, mode, None)
                    value = statistics.median(measure(folder, mode, counter) for _ in range(options.runs))
                    base = base or value
                    print(f"{mode:8} {size:8}  {case:22} {value:17.2f} {value / base:6.2f}", flush=True)


main()
