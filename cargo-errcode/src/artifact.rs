//! The error-code section of a binary, library or archive.

use errcode_core::section::{self, Found};
use object::{Object as _, ObjectSection as _, read::archive::ArchiveFile};
use std::{fmt, fs, path::Path};

/// ELF and PE, then Mach-O.
const NAMES: [&str; 2] = [".errcode", "__errcode"];

/// Why an artifact yields no codes.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Io(std::io::Error),
    /// Neither an object file nor an archive of such.
    Format(String),
    /// An object file without the section.
    Absent,
    /// Only compiler's bitcode, which LTO leaves in libraries.
    Bitcode,
    /// The section is damaged, or of another version.
    Malformed(section::Malformed),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Format(error) => write!(f, "this is no executable or library: {error}"),
            Self::Absent => f.write_str(
                "it holds no error codes: nothing in it derives `AppError`, or it was built with `--cfg errcode_no_section` or for WebAssembly",
            ),
            Self::Bitcode => f.write_str(
                "a library that was built with LTO holds the compiler's bitcode; build it with `CARGO_PROFILE_RELEASE_LTO=off`, or give the linked binary",
            ),
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Whether the bytes begin as an executable, a library or an archive does, so not as a text.
pub(crate) fn looks_like_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"!<arch>\n") || object::FileKind::parse(bytes).is_ok()
}

pub(crate) fn read(path: &Path) -> Result<Found, Unreadable> {
    parse(&fs::read(path).map_err(Unreadable::Io)?)
}

/// The codes in the bytes of an artifact.
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
    // The codes live as long as the process, as those of a program do.
    section::read(sections.leak()).map_err(Unreadable::Malformed)
}

fn members(bytes: &[u8], sections: &mut Vec<u8>) -> Result<(), Unreadable> {
    let format = |error: object::Error| Unreadable::Format(error.to_string());
    let mut bitcode = false;
    for member in ArchiveFile::parse(bytes).map_err(format)?.members() {
        let data = member.and_then(|member| member.data(bytes)).map_err(format)?;
        bitcode |= data.starts_with(b"BC\xc0\xde") || data.starts_with(b"\xde\xc0\x17\x0b");
        // An archive holds more than object files: metadata, bitcode, lists of symbols.
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
