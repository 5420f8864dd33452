#!/usr/bin/env python3
"""Compile time of one generated enum: errcode beside thiserror with the same by hand, in the same run.

usage: compile.py [--sizes 50,200,1000] [--modes check,types,build,release,edit,cold,cold-release] [--runs 5]
                  [--callgrind]

Every case is one crate whose dependencies are built before; only the crate itself is measured. Prints the median of the
runs: instructions where `perf` can count them (or, with --callgrind, under valgrind: slow, but repeatable anywhere),
else user CPU seconds; and the ratio to the same without errcode. A size of 10000 is a hundred enums of a hundred codes
under one `catalog!`.

`types` is a check of many small types: 100 unit structs, and 338 codes in 44 enums without and with a catalog.
`edit` is an incremental check after one text of one variant became longer; its first row has no derive but `Debug`.
`cold` is the build of the dependency itself with all that it needs, in user CPU seconds of all its crates.
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
        f'    #[error("{message(i)}", code = "E{i:05}", status = {STATUS[i % 10]}, retryable, '
        f'owner = "team", user_msg = "operation {i} on {{name}} failed")]'
    )
    return f"#[derive(Debug, errcode_core::AppError)]\npub enum AppErr {{\n{variants(count, attribute)}}}\n" \
        "errcode_core::catalog! { pub static CATALOG = [AppErr]; }\n"


def errcode_response(count):
    attribute = lambda i: f'#[error("{message(i)}", code = "E{i:05}", status = {STATUS[i % 10]}, public)]'
    derives = "Debug, errcode_core::AppError, errcode_axum::IntoResponse"
    return f"#[derive({derives})]\npub enum AppErr {{\n{variants(count, attribute)}}}\n" \
        "errcode_core::catalog! { pub static CATALOG = [AppErr]; }\n"


def match(name, result, count, pattern, value):
    arms = "".join(f"            Self::V{i} {{ {pattern} }} => {value(i)},\n" for i in range(count))
    return f"    pub fn {name}(&self) -> {result} {{\n        match self {{\n{arms}        }}\n    }}\n"


def thiserror(count, more=""):
    attribute = lambda i: f'#[error("{message(i)}")]'
    enum = f"#[derive(Debug, thiserror::Error)]\npub enum AppErr {{\n{variants(count, attribute)}}}\n"
    code = match("code", "&'static str", count, "..", lambda i: f'"E{i:05}"')
    status = match("status", "u16", count, "..", lambda i: STATUS[i % 10])
    return f"{enum}impl AppErr {{\n{code}{status}{more}}}\n"


def thiserror_response(count):
    fields = match("fields", "(&str, u64)", count, "name, count", lambda i: "(name, *count)")
    return thiserror(count, fields) + """
impl axum::response::IntoResponse for AppErr {
    fn into_response(self) -> axum::response::Response {
        let (name, count) = self.fields();
        let body = serde_json::json!({
            "success": false,
            "error": {
                "code": self.code(),
                "message": self.to_string(),
                "retryable": self.status() >= 502,
                "details": { "name": name, "count": count },
            },
        });
        let status = axum::http::StatusCode::from_u16(self.status()).unwrap();
        let headers = [
            ("content-type", "application/json"),
            ("x-error-code", self.code()),
            ("cache-control", "no-store"),
            ("vary", "Accept, Accept-Language"),
        ];
        (status, headers, body.to_string()).into_response()
    }
}
"""


def unit_structs(derive, attribute, more=lambda i: ""):
    types = (f"#[derive(Debug, {derive})]\n{attribute(i)}\npub struct S{i};\n{more(i)}" for i in range(100))
    return "".join(types)


def structs_errcode():
    attribute = lambda i: f'#[error("operation {i} failed", code = "E{i:05}", status = {STATUS[i % 10]})]'
    return unit_structs("errcode_core::AppError", attribute)


def structs_thiserror():
    arm = lambda name, result, value: f"    pub fn {name}(&self) -> {result} {{ match self {{ Self => {value} }} }}\n"
    methods = lambda i: (
        f"impl S{i} {{\n"
        + arm("code", "&'static str", f'"E{i:05}"')
        + arm("status", "u16", STATUS[i % 10])
        + arm("retryable", "bool", "false")
        + arm("user_message", "&'static str", f'"operation {i} failed"')
        + "}\n"
    )
    return unit_structs("thiserror::Error", lambda i: f'#[error("operation {i} failed")]', methods)


# 338 codes in 44 enums.
ENUMS = [8] * 30 + [7] * 14


def enums_errcode():
    return "".join(plain(count, f"M{m}", sum(ENUMS[:m])) for m, count in enumerate(ENUMS))


def enums_catalogued():
    names = ", ".join(f"M{m}" for m in range(len(ENUMS)))
    return f"{enums_errcode()}errcode_core::catalog! {{ pub static CATALOG = [{names}]; }}\n"


def enums_thiserror():
    return "".join(thiserror(count).replace("AppErr", f"M{m}") for m, count in enumerate(ENUMS))


def debug_only(count):
    attribute = lambda i: f"/// Operation {i} failed."
    return f"#[derive(Debug)]\npub enum AppErr {{\n{variants(count, attribute)}}}\n"


CORE = f'errcode-core = {{ path = "{ROOT}/errcode-core" }}\n'
AXUM = 'axum = { version = "0.8", default-features = false }\n'
THISERROR = 'thiserror = "2"\n'
# The name, the case that it is compared with, the source and the dependencies.
CASES = [
    ("thiserror + matches", None, thiserror, THISERROR),
    ("errcode, plain", "thiserror + matches", errcode_plain, CORE),
    ("errcode, everything", "thiserror + matches", errcode_full, CORE),
    ("thiserror + response", None, thiserror_response, THISERROR + AXUM + 'serde_json = "1"\n'),
    (
        "errcode, response",
        "thiserror + response",
        errcode_response,
        f'{CORE}{AXUM}errcode-axum = {{ path = "{ROOT}/errcode-axum" }}\n',
    ),
]
TYPES = [
    ("structs, thiserror", None, structs_thiserror, THISERROR),
    ("structs, errcode", "structs, thiserror", structs_errcode, CORE),
    ("enums, thiserror", None, enums_thiserror, THISERROR),
    ("enums, errcode", "enums, thiserror", enums_errcode, CORE),
    ("enums, with catalog", "enums, thiserror", enums_catalogued, CORE),
]
EDITED = [("derive(Debug) only", None, debug_only, ""), *CASES[:3]]
CHECK = ["check"]
MODES = {"check": CHECK, "types": CHECK, "build": ["build"], "release": ["build", "--release"], "edit": CHECK}
COLD = {"cold": ["build"], "cold-release": ["build", "--release"]}


def has_perf():
    if not shutil.which("perf"):
        return False
    probe = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "true"], capture_output=True, text=True)
    return probe.returncode == 0 and probe.stderr.split(",")[0].isdigit()


def wrapper(folder, crate, counter):
    """A RUSTC_WRAPPER that counts the compilation of one crate and leaves the others alone."""
    path = folder / "rustc-wrapper"
    valgrind = "valgrind --tool=callgrind --callgrind-out-file=/dev/null"
    command = {
        "perf": 'perf stat -x, -e instructions:u -o "$COUNT_FILE" --',
        "callgrind": f"{valgrind} --log-file=$COUNT_FILE",
    }[counter]
    measured = f'*" --crate-name {crate} "*) exec {command} "$@" ;;'
    path.write_text(f'#!/bin/sh\ncase " $* " in {measured} *) exec "$@" ;; esac\n')
    path.chmod(0o755)
    return path


def cargo(folder, arguments, env):
    """Runs cargo and returns its user CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run = subprocess.run(["cargo", *arguments, "--quiet"], cwd=folder, env=env, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr[-3000:])
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def edit(source):
    """Makes one text of one variant longer: the doc comment, else the message."""
    before = source.read_text()
    after = before.replace("Operation 25 failed", "Operation 25 failed again")
    if after == before:
        after = before.replace("operation 25 on", "operation 25 again on")
    source.write_text(after)


def measure(folder, mode, counter):
    incremental = "1" if mode == "edit" else "0"
    target = str(folder.parent / f"target-{incremental}")
    env = dict(os.environ, CARGO_INCREMENTAL=incremental, CARGO_TARGET_DIR=target)
    env["COUNT_FILE"] = str(folder / "count")
    source = folder / "src/lib.rs"
    unedited = source.read_text()
    os.utime(source)
    if mode == "edit":
        cargo(folder, MODES[mode], env)
        edit(source)
    if counter:
        env["RUSTC_WRAPPER"] = str(wrapper(folder, folder.name, counter))
    seconds = cargo(folder, MODES[mode], env)
    source.write_text(unedited)
    if not counter:
        return seconds
    text = (folder / "count").read_text()
    count = re.search(r"Collected : (\d+)" if counter == "callgrind" else r"^(\d+),", text, re.M)
    return int(count[1]) / 1e9


def package(scratch, name, dependencies, source):
    folder = pathlib.Path(scratch) / re.sub(r"\W+", "_", name)
    (folder / "src").mkdir(parents=True, exist_ok=True)
    head = f'[package]\nname = "{folder.name}"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
    (folder / "Cargo.toml").write_text(f"{head}[dependencies]\n{dependencies}")
    (folder / "src/lib.rs").write_text(source)
    return folder


def cold(scratch, mode, runs):
    """The build of the dependency alone, alternately, so that both have the same neighbours on a busy machine."""
    seconds = {"thiserror": [], "errcode-core": []}
    for _ in range(runs):
        for name, dependency in [("thiserror", THISERROR), ("errcode-core", CORE)]:
            folder = package(scratch, f"{mode}_{name}", dependency, "")
            target = str(folder / "target")
            cargo(folder, ["fetch"], os.environ)
            # Crates from a registry are never built incrementally, which a debug build by path would be.
            env = dict(os.environ, CARGO_INCREMENTAL="0", CARGO_TARGET_DIR=target)
            seconds[name].append(cargo(folder, COLD[mode], env))
            shutil.rmtree(target)
    base = statistics.median(seconds["thiserror"])
    for name, all_runs in seconds.items():
        value = statistics.median(all_runs)
        row(mode, "", name, value, "user CPU s", value / base)


def row(mode, size, case, value, unit, ratio):
    print(f"{mode:13} {size:>8}  {case:22} {value:8.2f} {unit:14} {ratio:6.2f}", flush=True)


def types(scratch, counter, runs, unit):
    """The check of many small types."""
    values = {}
    for case, against, generate, dependencies in TYPES:
        folder = package(scratch, f"types_{case}", dependencies, generate())
        measure(folder, "types", None)
        values[case] = statistics.median(measure(folder, "types", counter) for _ in range(runs))
        row("types", "", case, values[case], unit, values[case] / values.get(against, values[case]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="50,200,1000")
    parser.add_argument("--modes", default="check,types,build,release,edit,cold,cold-release")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--callgrind", action="store_true")
    options = parser.parse_args()
    counter = "callgrind" if options.callgrind else "perf" if has_perf() else None
    unit = "G instructions" if counter else "user CPU s"
    print(f"{'mode':13} {'variants':>8}  {'case':22} {'':23} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        for mode in options.modes.split(","):
            if mode in COLD:
                cold(scratch, mode, options.runs)
                continue
            if mode == "types":
                types(scratch, counter, options.runs, unit)
                continue
            for size in map(int, options.sizes.split(",")):
                values = {}
                for case, against, generate, dependencies in EDITED if mode == "edit" else CASES:
                    if size >= 10000 and case not in ("thiserror + matches", "errcode, plain"):
                        continue
                    folder = package(scratch, f"{case}_{size}", dependencies, generate(size))
                    measure(folder, mode, None)
                    values[case] = statistics.median(measure(folder, mode, counter) for _ in range(options.runs))
                    row(mode, size, case, values[case], unit, values[case] / values.get(against, values[case]))


main()
