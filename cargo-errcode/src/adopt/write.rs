//! Writes the changed files.

use super::plan::Changed;
use crate::output::Result;
use errcode_catalog::atomic_write;

/// Writes the files in order. An error names the files that were already written.
pub(crate) fn write(changed: &[Changed]) -> Result<()> {
    for (index, file) in changed.iter().enumerate() {
        if let Err(error) = atomic_write(&file.path, &file.text) {
            let written: Vec<&str> =
                changed[..index].iter().map(|file| file.shown.as_str()).collect();
            let before = if written.is_empty() { "no file".to_owned() } else { written.join(", ") };
            return Err(format!("{}: {error}\nalready written: {before}", file.shown).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Changed, write};
    use std::{fs, path::Path};

    fn changed(directory: &Path, name: &str) -> Changed {
        let path = directory.join(name);
        Changed { path, shown: name.to_owned(), text: "new".to_owned(), types: Vec::new() }
    }

    #[test]
    fn a_failure_tells_what_is_written() {
        let directory = std::env::temp_dir().join(format!("errcode-adopt-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        for name in ["a.rs", "b.rs", "d.rs"] {
            fs::write(directory.join(name), "old").unwrap();
        }
        fs::create_dir(directory.join("c.rs")).unwrap();
        let files = ["a.rs", "b.rs", "c.rs", "d.rs"].map(|name| changed(&directory, name));
        let error = write(&files).unwrap_err().to_string();
        assert!(
            error.starts_with("c.rs: ") && error.ends_with("\nalready written: a.rs, b.rs"),
            "{error}"
        );
        let read = |name: &str| fs::read_to_string(directory.join(name)).unwrap();
        assert_eq!(
            (read("a.rs"), read("b.rs"), read("d.rs")),
            ("new".into(), "new".into(), "old".into())
        );
        let error = write(&files[2..]).unwrap_err().to_string();
        assert!(error.ends_with("\nalready written: no file"), "{error}");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 4, "no temporary file is left");
        fs::remove_dir_all(&directory).unwrap();
    }
}
