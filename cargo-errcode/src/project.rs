//! Packages, as cargo describes and builds them.

use crate::{
    args::{Manifest, Selection},
    artifact,
    output::Result,
};
use cargo_metadata::{
    Artifact, Message, Metadata, MetadataCommand, Package, Target, TargetKind, semver::Version,
};
use errcode_catalog::section::Found;
use std::{
    collections::BTreeSet,
    fmt, fs,
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The selected package and its workspace.
pub(crate) struct Project {
    metadata: Metadata,
    package: Package,
}

/// The result of a build.
pub(crate) struct Built {
    pub(crate) found: Found,
    /// The crates with codes of which none is linked in.
    pub(crate) unlinked: Vec<String>,
}

/// The artifact has no codes.
#[derive(Debug)]
pub(crate) struct NoCodes(String);

impl NoCodes {
    /// Returns this error if the section is missing, else the text of the other one.
    fn or_text(of: &str, error: &artifact::Unreadable) -> Box<dyn std::error::Error> {
        let text = format!("{of}: {error}");
        match error {
            artifact::Unreadable::Absent => Self(text).into(),
            _ => text.into(),
        }
    }
}

impl fmt::Display for NoCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoCodes {}

impl Project {
    /// Selects the named package or the default one.
    pub(crate) fn select(package: Option<&str>, selection: &Selection) -> Result<Self> {
        let mut command = metadata(&selection.manifest);
        let mut options = selection.manifest.options();
        // Without a target cargo would also need the dependencies for all other platforms.
        options.extend(["--filter-platform".to_owned(), target(selection)?]);
        Self::of(read(command.other_options(options))?, package, &selection.manifest)
    }

    /// Selects a package without resolving dependencies, which may not be available offline.
    pub(crate) fn select_alone(package: Option<&str>, manifest: &Manifest) -> Result<Self> {
        let mut command = metadata(manifest);
        Self::of(read(command.other_options(manifest.options()).no_deps())?, package, manifest)
    }

    fn of(metadata: Metadata, package: Option<&str>, manifest: &Manifest) -> Result<Self> {
        let package = match package {
            Some(name) => named(&metadata, name)?,
            None => default(&metadata, manifest)?,
        };
        Ok(Self { package: package.clone(), metadata })
    }

    pub(crate) fn name(&self) -> &str {
        &self.package.name
    }

    /// Returns the directory of its Cargo.toml.
    pub(crate) fn directory(&self) -> &Path {
        directory(&self.package)
    }

    /// Returns the root source files of its targets, libraries first.
    pub(crate) fn source_roots(&self) -> Vec<&Path> {
        let targets = || self.package.targets.iter();
        let wanted = targets()
            .filter(|target| is_library(target))
            .chain(targets().filter(|target| target.is_bin()));
        let mut roots: Vec<&Path> = Vec::new();
        for root in wanted.map(|target| target.src_path.as_std_path()) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        roots
    }

    /// Returns the directory of the package of a crate. Of several versions, it is the one that the selected package
    /// depends on.
    pub(crate) fn directory_of(&self, crate_name: &str) -> Option<&Path> {
        let has = |package: &&Package| {
            package.targets.iter().any(|target| target.name.replace('-', "_") == crate_name)
        };
        let nodes = self.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let own = nodes.into_iter().find(|node| node.id == self.package.id);
        let is_direct = |package: &&Package| {
            own.is_some_and(|own| own.dependencies.contains(&package.id)) && has(package)
        };
        let all = || self.metadata.packages.iter();
        let package = Some(&self.package).filter(has).or_else(|| all().find(is_direct));
        package.or_else(|| all().find(has)).map(directory)
    }

    pub(crate) fn depends_on(&self, name: &str) -> bool {
        self.package.dependencies.iter().any(|dependency| dependency.name == name)
    }

    /// Returns the required version of a dependency that excludes all versions `major.minor`.
    pub(crate) fn excludes(&self, name: &str, (major, minor): (u64, u64)) -> Option<String> {
        let mut required =
            self.package.dependencies.iter().filter(|dependency| dependency.name == name);
        let required = &required.next()?.req;
        let allows = |patch| required.matches(&Version::new(major, minor, patch));
        (!(0..100).any(allows)).then(|| required.to_string())
    }

    pub(crate) fn has_program(&self) -> bool {
        self.package.targets.iter().any(Target::is_bin)
    }

    pub(crate) fn has_library(&self) -> bool {
        self.package.targets.iter().any(is_library)
    }

    /// Builds the selected target and reads its codes.
    pub(crate) fn build(&self, selection: &Selection) -> Result<Built> {
        let target =
            if selection.lib { self.library()? } else { self.target(selection.bin.as_deref())? };
        let artifacts = self.run(selection, target, false)?;
        if target.is_bin() {
            let executable = artifacts
                .iter()
                .filter(|artifact| artifact.target == *target)
                .find_map(|artifact| artifact.executable.as_ref());
            let executable = executable.ok_or("cargo did not build an executable")?;
            let found = artifact::read(executable.as_std_path())
                .map_err(|error| NoCodes::or_text(executable.as_str(), &error))?;
            let unlinked = self.unlinked(&artifacts, &found);
            return Ok(Built { found, unlinked });
        }
        let found = match self.libraries(&artifacts) {
            Err(artifact::Unreadable::Bitcode) => {
                self.libraries(&self.run(selection, target, true)?)
            }
            other => other,
        };
        let library = || format!("the library of `{}`", self.name());
        let found = found.map_err(|error| NoCodes::or_text(&library(), &error))?;
        Ok(Built { found, unlinked: Vec::new() })
    }

    fn target(&self, bin: Option<&str>) -> Result<&Target> {
        let bins: Vec<&Target> =
            self.package.targets.iter().filter(|target| target.is_bin()).collect();
        let names = || {
            bins.iter().map(|target| format!("`{}`", target.name)).collect::<Vec<_>>().join(", ")
        };
        match (bin.or(self.package.default_run.as_deref()), bins.as_slice()) {
            (Some(name), _) => {
                bins.iter().find(|target| target.name == name).copied().ok_or_else(|| {
                    let known = if bins.is_empty() { "none".to_owned() } else { names() };
                    format!("package `{}` has no binary `{name}`; it has {known}", self.name())
                        .into()
                })
            }
            (None, [bin]) => Ok(bin),
            (None, []) => self.library(),
            (None, _) => Err(format!(
                "package `{}` has several binaries; choose one with `--bin`, or use `--lib`: {}",
                self.name(),
                names()
            )
            .into()),
        }
    }

    fn library(&self) -> Result<&Target> {
        let library = self.package.targets.iter().find(|target| is_library(target));
        library.ok_or_else(|| format!("package `{}` has no library", self.name()).into())
    }

    /// Runs cargo, which prints its progress to stderr.
    fn run(
        &self,
        selection: &Selection,
        target: &Target,
        without_lto: bool,
    ) -> Result<Vec<Artifact>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args(["build", "--message-format=json-render-diagnostics", "--manifest-path"])
            .arg(&self.package.manifest_path);
        if target.is_bin() {
            command.args(["--bin", &target.name])
        } else {
            command.arg("--lib")
        };
        for features in &selection.features {
            command.args(["--features", features]);
        }
        for (option, value) in [("--profile", &selection.profile), ("--target", &selection.target)]
        {
            command.args(value.iter().flat_map(|value| [option, value]));
        }
        command.args(selection.manifest.options());
        let flags = [
            (selection.all_features, "--all-features"),
            (selection.no_default_features, "--no-default-features"),
            (selection.release, "--release"),
        ];
        command.args(flags.iter().filter(|(on, _)| *on).map(|(_, flag)| flag));
        if without_lto {
            let own = selection.profile.as_deref().map(lto_variable);
            let profiles = own.into_iter().chain(["release", "dev"].map(lto_variable));
            command.envs(profiles.map(|variable| (variable, "off")));
        }
        artifacts(&mut command)
    }

    /// Returns the codes of the selected library and of the libraries that it depends on.
    fn libraries(
        &self,
        artifacts: &[Artifact],
    ) -> std::result::Result<Found, artifact::Unreadable> {
        let (mut all, mut absent) = (Found::default(), None);
        for artifact in artifacts.iter().filter(|artifact| is_library(&artifact.target)) {
            let own = artifact.package_id == self.package.id;
            match library(artifact) {
                Some(Ok(found)) => {
                    all.tables.extend(found.tables);
                    all.catalogs.extend(found.catalogs);
                }
                Some(Err(error)) if own => absent = Some(error),
                _ => {}
            }
        }
        match absent {
            Some(error) if all.tables.iter().all(|table| table.package() != self.name()) => {
                Err(error)
            }
            _ => Ok(all),
        }
    }

    /// Returns the crates whose codes are missing, because the linker drops a dependency that
    /// nothing refers to.
    fn unlinked(&self, artifacts: &[Artifact], found: &Found) -> Vec<String> {
        let linked: BTreeSet<&str> = found.tables.iter().map(|table| table.package()).collect();
        let mut missing = Vec::new();
        for artifact in artifacts.iter().filter(|artifact| is_library(&artifact.target)) {
            let Some(package) =
                self.metadata.packages.iter().find(|package| package.id == artifact.package_id)
            else {
                continue;
            };
            if linked.contains(package.name.as_str()) || !depends_on_errcode(package) {
                continue;
            }
            let has_codes = match library(artifact) {
                Some(Ok(found)) => found.tables.iter().any(|table| !table.is_empty()),
                // With LTO there is no object code to read, so search the sources.
                Some(Err(artifact::Unreadable::Bitcode)) => derives_codes(&artifact.target),
                _ => false,
            };
            if has_codes {
                missing.push(package.name.to_string());
            }
        }
        missing.sort();
        missing
    }
}

/// Returns the names of the workspace's packages whose libraries or binaries derive codes, sorted.
pub(crate) fn packages_with_codes(manifest: &Manifest) -> Result<Vec<String>> {
    let metadata = read(metadata(manifest).other_options(manifest.options()).no_deps())?;
    let has_codes = |package: &&Package| {
        let targets =
            || package.targets.iter().filter(|target| is_library(target) || target.is_bin());
        depends_on_errcode(package) && targets().any(derives_codes)
    };
    let members = metadata.workspace_packages().into_iter();
    let mut names: Vec<String> =
        members.filter(has_codes).map(|package| package.name.to_string()).collect();
    names.sort();
    Ok(names)
}

/// Runs `cargo metadata`. Its error is shown as cargo says it.
fn read(command: &MetadataCommand) -> Result<Metadata> {
    command.exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let text = stderr.trim();
            text.strip_prefix("error: ").unwrap_or(text).into()
        }
        error => error.into(),
    })
}

fn metadata(manifest: &Manifest) -> MetadataCommand {
    let mut command = MetadataCommand::new();
    if let Some(path) = &manifest.manifest_path {
        command.manifest_path(path);
    }
    command
}

/// Returns the selected target triple, else that of the host.
fn target(selection: &Selection) -> Result<String> {
    if let Some(target) = &selection.target {
        return Ok(target.clone());
    }
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output();
    let output = output.map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not print its host")?.to_owned())
}

fn named<'m>(metadata: &'m Metadata, name: &str) -> Result<&'m Package> {
    let members = metadata.workspace_packages();
    let known: Vec<_> = members.iter().map(|package| format!("`{}`", package.name)).collect();
    let is_it = |package: &&&Package| {
        package.name.as_str() == name || name == format!("{}@{}", package.name, package.version)
    };
    let found = members.iter().find(is_it).copied();
    found.ok_or_else(|| {
        format!("the workspace has no package `{name}`; it has {}", known.join(", ")).into()
    })
}

/// Returns the package of the current directory, else the one that the workspace names, else its
/// only package with errcode-core.
fn default<'m>(metadata: &'m Metadata, manifest: &Manifest) -> Result<&'m Package> {
    if let Some(package) = here(metadata, manifest)? {
        return Ok(package);
    }
    if let Some(name) = metadata.workspace_metadata["errcode"]["package"].as_str() {
        let found = named(metadata, name);
        return found.map_err(|error| format!("[workspace.metadata.errcode]: {error}").into());
    }
    let members = metadata.workspace_packages();
    let users: Vec<_> = members.iter().filter(|package| depends_on_errcode(package)).collect();
    match users.as_slice() {
        [package] => Ok(package),
        [] => Err("no package of this workspace depends on errcode-core".into()),
        several => {
            let names: Vec<_> =
                several.iter().map(|package| format!("`{}`", package.name)).collect();
            Err(format!(
                "several packages depend on errcode-core: {}; choose one with `-p`, or for all commands \
                 in the workspace's Cargo.toml: `[workspace.metadata.errcode]`, `package = \"{}\"`",
                names.join(", "),
                several[0].name
            )
            .into())
        }
    }
}

/// Returns the package of the given Cargo.toml, else the closest one around the current directory.
fn here<'m>(metadata: &'m Metadata, manifest: &Manifest) -> Result<Option<&'m Package>> {
    let members = metadata.workspace_packages().into_iter();
    if let Some(path) = &manifest.manifest_path {
        let path = fs::canonicalize(path)?;
        return Ok(members.into_iter().find(|package| {
            fs::canonicalize(&package.manifest_path).ok().as_ref() == Some(&path)
        }));
    }
    let here = fs::canonicalize(".")?;
    let around = members.filter_map(|package| {
        let directory = fs::canonicalize(directory(package)).ok()?;
        here.starts_with(&directory).then(|| (directory.components().count(), package))
    });
    Ok(around.max_by_key(|(depth, _)| *depth).map(|(_, package)| package))
}

/// Returns whether the sources contain the name of the derive.
fn derives_codes(target: &Target) -> bool {
    let names_it =
        |path: &Path| fs::read_to_string(path).is_ok_and(|text| text.contains("AppError"));
    let mut directories: Vec<PathBuf> =
        target.src_path.as_std_path().parent().map(Path::to_path_buf).into_iter().collect();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let (path, kind) = (entry.path(), entry.file_type());
            if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && names_it(&path)
            {
                return true;
            }
        }
    }
    false
}

fn depends_on_errcode(package: &Package) -> bool {
    package.dependencies.iter().any(|dependency| dependency.name == "errcode-core")
}

fn directory(package: &Package) -> &Path {
    package
        .manifest_path
        .parent()
        .map_or(Path::new("."), cargo_metadata::camino::Utf8Path::as_std_path)
}

fn is_library(target: &Target) -> bool {
    let kinds = [
        TargetKind::Lib,
        TargetKind::RLib,
        TargetKind::CDyLib,
        TargetKind::DyLib,
        TargetKind::StaticLib,
    ];
    target.kind.iter().any(|kind| kinds.contains(kind))
}

/// Reads the codes from the first file of a library that can contain object code.
fn library(artifact: &Artifact) -> Option<std::result::Result<Found, artifact::Unreadable>> {
    let is_one = |path: &&PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("rlib" | "a" | "lib" | "so" | "dylib" | "dll"))
    };
    let paths: Vec<PathBuf> =
        artifact.filenames.iter().map(|path| path.as_std_path().to_path_buf()).collect();
    paths.iter().find(is_one).map(|path| artifact::read(path))
}

/// Returns the variable that sets `lto` of a profile
/// (<https://doc.rust-lang.org/cargo/reference/config.html#environment-variables>).
fn lto_variable(profile: &str) -> String {
    format!("CARGO_PROFILE_{}_LTO", profile.to_uppercase().replace('-', "_"))
}

fn artifacts(command: &mut Command) -> Result<Vec<Artifact>> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo: {error}"))?;
    let mut artifacts = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message? {
                artifacts.push(artifact);
            }
        }
    }
    if child.wait()?.success() { Ok(artifacts) } else { Err("the crate failed to build".into()) }
}
