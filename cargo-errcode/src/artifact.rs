//! The error-code section of a binary, library or archive.

use errcode_catalog::section::{self, Found};
use object::{Object as _, ObjectSection as _, read::archive::ArchiveFile};
use std::{fmt, fs, path::Path};

/// ELF and PE, then Mach-O.
const NAMES: [&str; 2] = [".errcode", "__errcode"];

/// Why no codes can be read from an artifact.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Io(std::io::Error),
    /// Neither an object file nor an archive of object files.
    Format(String),
    /// The section is missing.
    Absent,
    /// A library that was built with LTO contains only LLVM bitcode.
    Bitcode,
    /// The section is damaged or has another version.
    Malformed(section::Malformed),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Format(error) => write!(f, "not an executable or library: {error}"),
            Self::Absent => f.write_str(
                "no error codes found: nothing in it derives `AppError`, or it was built with \
                 `--cfg errcode_no_section` or for WebAssembly",
            ),
            Self::Bitcode => f.write_str(
                "a library that was built with LTO contains bitcode only; build it with \
                 `CARGO_PROFILE_RELEASE_LTO=off`, or use the linked binary",
            ),
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Returns whether the bytes begin like an executable, a library or an archive.
pub(crate) fn looks_like_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"!<arch>\n") || object::FileKind::parse(bytes).is_ok()
}

pub(crate) fn read(path: &Path) -> Result<Found, Unreadable> {
    parse(&fs::read(path).map_err(Unreadable::Io)?)
}

/// Reads the codes from the bytes of an artifact.
pub(crate) fn parse(bytes: &[u8]) -> Result<Found, Unreadable> {
    let mut sections = Vec::new();
    if bytes.starts_with(b"!<arch>\n") {
        members(bytes, &mut sections)?;
    } else {
        object(bytes, &mut sections).map_err(|error| Unreadable::Format(error.to_string()))?;
    }
    if sections.is_empty() {
        return Err(Unreadable::Absent);
    }
    // Codes are `'static` in errcode-core, and the process ends soon.
    section::read(sections.leak()).map_err(Unreadable::Malformed)
}

fn members(bytes: &[u8], sections: &mut Vec<u8>) -> Result<(), Unreadable> {
    let format = |error: object::Error| Unreadable::Format(error.to_string());
    let mut bitcode = false;
    for member in ArchiveFile::parse(bytes).map_err(format)?.members() {
        let data = member.and_then(|member| member.data(bytes)).map_err(format)?;
        bitcode |= data.starts_with(b"BC\xc0\xde") || data.starts_with(b"\xde\xc0\x17\x0b");
        // An archive has other members too: metadata, bitcode, symbol tables.
        let _ = object(data, sections);
    }
    if bitcode && sections.is_empty() { Err(Unreadable::Bitcode) } else { Ok(()) }
}

fn object(bytes: &[u8], sections: &mut Vec<u8>) -> object::Result<()> {
    for section in object::File::parse(bytes)?.sections() {
        if section.name().is_ok_and(|name| NAMES.contains(&name)) {
            sections.extend_from_slice(section.data()?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{looks_like_one, parse, read};
    use errcode_catalog::{
        Audience, CatalogData,
        section::{self, Found, Listed, Why},
    };
    use errcode_core::{AppError, Catalog, Catalogued, Table, section::Settings};
    use object::{
        Architecture, BinaryFormat, Endianness, Object as _, ObjectSection as _, SectionKind, write,
    };
    use proptest::prelude::*;
    use std::{fs, sync::OnceLock};

    /// Codes with all kinds of entries.
    #[derive(Debug, AppError)]
    #[expect(dead_code, reason = "only its codes are read")]
    #[error(owner = "shop", tags("orders"), module = "orders", prefix = "S", retired("S1009" = "merged into S1001"))]
    enum OrderError {
        /// No order has this id.
        ///
        /// It was never placed.
        ///
        /// # Internal
        ///
        /// Or it was deleted.
        #[error(
            "order {id} not found by {by:?}", code = "S1001", status = 404, alias("ORDER_GONE", "GONE"),
            user_msg(zh = "订单 {id} 不存在", en = "there is no \"order\" {id}"),
            log = "{by} looked for {id}", help = "Check the id.", since = "1.2",
            deprecated = "too vague", replaced_by = "S1002", headers("X-Order" = "none"),
            grpc = "NOT_FOUND"
        )]
        NotFound {
            #[detail(example = "17")]
            id: u64,
            by: String,
            #[subject(pointer)]
            pointer: String,
            #[header("X-By")]
            header: u8,
        },
        #[error(
            "payment {upstream}", code = "S1002", category = external, public,
            retryable(when = *upstream > 500, after = "2s"),
            alert(page, over = "20/1m"), runbook = "https://run.example/{code}"
        )]
        Payment { upstream: u16 },
        #[error("secret", code = "S1003", internal, public_as = "S1001")]
        Secret,
    }

    /// Variants that share a code.
    #[derive(Debug, AppError)]
    #[error(code = "S1900", status = 500)]
    #[expect(dead_code, reason = "only its codes are read")]
    enum Shared {
        #[error("one cause")]
        One,
        #[error("another cause")]
        Other,
    }

    errcode_core::catalog! {
        static CATALOG = [OrderError];
        service = "shop";
        docs = "https://errors.example/{code}";
        languages = ["zh", "en"];
        grammar = "S{module:1}{kind:1}{serial:2}";
        modules = { 1 = "orders", 2 = "billing" };
        kinds = { 0 = "general" };
        translations = { "fr" = "S1001 = commande {id} introuvable\n" };
    }

    fn own() -> Found {
        read(&std::env::current_exe().unwrap()).unwrap()
    }

    fn facts(table: &'static Table) -> impl PartialEq + std::fmt::Debug {
        let retired: Vec<_> =
            table.retired().iter().map(|retired| (retired.code, retired.reason)).collect();
        let row =
            |spec: errcode_core::ErrorSpec| (spec.code(), spec.variant(), spec.file(), spec.line());
        let rows: Vec<_> = table.rows().map(row).collect();
        (table.name(), table.prefix(), table.catalog_module(), retired, rows)
    }

    #[test]
    fn a_table_is_read_as_it_was_compiled() {
        let found = own();
        // No catalog lists the second type, whose module is taken from its file.
        for (compiled, module) in
            [(OrderError::TABLE, module_path!()), (Shared::TABLE, "cargo_errcode::artifact")]
        {
            let table = found.tables.iter().find(|table| table.name() == compiled.name()).unwrap();
            assert_eq!(facts(table), facts(compiled));
            assert_eq!(table.module(), module);
            assert!(table.rows().all(|spec| spec.file() == "src/artifact.rs"));
        }
        assert!(
            found.tables.iter().any(|table| table.name() == "DefaultFaults"),
            "the framework's codes are linked in"
        );
    }

    #[test]
    fn a_catalog_is_read_as_it_was_declared() {
        let found = own();
        // Other tests in this binary have catalogs too.
        let mut catalogs = found.catalogs.iter();
        let declared = catalogs.find(|catalog| catalog.module == module_path!()).unwrap();
        assert_eq!((declared.name, declared.package), ("CATALOG", "cargo-errcode"));
        assert_eq!(
            declared.types[0],
            Listed { own: true, module: module_path!(), name: "OrderError", ..declared.types[0] }
        );
        let tables: Vec<_> =
            found.tables.into_iter().filter(|table| table.name() == "OrderError").collect();
        let (read, shared) =
            Catalog::from_tables(&tables, Catalog::FRAMEWORK, declared.settings).unwrap();
        assert!(shared.is_empty());
        let json = |catalog: &Catalog| {
            serde_json::to_string(&CatalogData::of(catalog, Audience::Internal)).unwrap()
        };
        assert_eq!(json(&read), json(&CATALOG));
        assert_eq!(read.lookup("gone").unwrap().code(), "S1001");
    }

    #[test]
    fn rows_that_share_a_code_are_reported() {
        let tables = [OrderError::TABLE, OrderError::TABLE];
        let (catalog, shared) = Catalog::from_tables(&tables, &[], Settings::NEW).unwrap();
        let codes: Vec<_> = shared
            .iter()
            .map(|(first, second)| (first.code().as_str(), second.code().as_str()))
            .collect();
        assert_eq!(
            codes,
            [
                ("S1001", "S1001"),
                ("S1002", "S1002"),
                ("S1003", "S1003"),
                ("S1001", "S1001"),
                ("S1001", "S1001")
            ]
        );
        assert!(catalog.lookup("S1002").is_some());
    }

    #[test]
    fn what_holds_no_codes_is_said_clearly() {
        let told =
            |bytes: &[u8]| parse(bytes).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told(b"#!/bin/sh\n").starts_with("not an executable or library: "));
        assert!(told(b"!<arch>\n").starts_with("no error codes found: "));
    }

    #[test]
    fn another_version_is_said_clearly() {
        let mut bytes = bytes().to_vec();
        let at = bytes.iter().position(|byte| *byte != 0).unwrap();
        bytes[at + 7] = 9;
        let error = section::read(bytes.leak()).err().unwrap();
        assert_eq!(error.why, Why::Version(9));
        assert!(
            error
                .to_string()
                .starts_with("the error codes have format 9, but only format 4 is supported: ")
        );
    }

    /// Returns the section of this test.
    fn bytes() -> &'static [u8] {
        static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
        BYTES.get_or_init(|| {
            let file = fs::read(std::env::current_exe().unwrap()).unwrap();
            let file = object::File::parse(file.as_slice()).unwrap();
            let section = super::NAMES.iter().find_map(|name| file.section_by_name(name)).unwrap();
            section.data().unwrap().to_vec()
        })
    }

    #[test]
    fn the_section_is_found_in_the_formats_of_other_systems() {
        let formats = [
            (BinaryFormat::MachO, "__DATA", "__errcode"),
            (BinaryFormat::Coff, "", ".errcode"),
            (BinaryFormat::Elf, "", ".errcode"),
        ];
        for (format, segment, name) in formats {
            let mut file = write::Object::new(format, Architecture::X86_64, Endianness::Little);
            let section = file.add_section(segment.into(), name.into(), SectionKind::Data);
            // Linkers insert padding.
            file.append_section_data(section, &[0; 24], 1);
            file.append_section_data(section, bytes(), 16);
            let artifact = file.write().unwrap();
            assert!(looks_like_one(&artifact), "{format:?}");
            let found = parse(&artifact).unwrap();
            assert!(
                found.tables.iter().any(|table| facts(table) == facts(OrderError::TABLE)),
                "{format:?}"
            );
        }
    }

    /// Reads everything in the tables.
    fn use_all(found: &Found) {
        let settings = found.catalogs.first().map_or(Settings::NEW, |declared| declared.settings);
        if let Some((catalog, _)) = Catalog::from_tables(&found.tables, &[], settings) {
            let catalog: &'static Catalog = Box::leak(Box::new(catalog));
            for spec in catalog.errors() {
                let _ = (
                    format!("{spec:?}"),
                    spec.headers().count(),
                    spec.runbook(),
                    spec.retry_after(),
                    spec.alert_over(),
                );
                let _ =
                    (spec.internal_note(), spec.retry_condition(), catalog.lookup(&spec.code()));
            }
            let _ = serde_json::to_string(&CatalogData::of(catalog, Audience::Internal));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn damaged_bytes_never_panic(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
            cut in any::<prop::sample::Index>(),
            whole in any::<bool>(),
        ) {
            let mut bytes = bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(if whole { bytes.len() } else { cut.index(bytes.len()) });
            match section::read(bytes.leak()) {
                Ok(found) => use_all(&found),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }

        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = section::read(bytes.clone().leak());
            let _ = parse(&bytes);
        }
    }
}
