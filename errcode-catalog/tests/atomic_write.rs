//! `atomic_write`.

#![allow(missing_docs)]

use errcode_catalog::atomic_write;
use std::path::PathBuf;

fn directory(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory");
    directory
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let directory = directory("whole");
    let path = directory.join("errors.md");
    let names = || {
        let entries = std::fs::read_dir(&directory).expect("a directory");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    for text in ["one", "a longer text", ""] {
        atomic_write(&path, text).expect("it writes");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), text);
        assert_eq!(names(), ["errors.md"], "no temporary file stays");
    }
    std::fs::create_dir(directory.join("folder")).expect("a folder");
    atomic_write(&directory.join("folder"), "x").expect_err("a folder is not a file");
    atomic_write(&directory.join("nowhere/x"), "x").expect_err("the folder does not exist");
    assert_eq!(names(), ["errors.md", "folder"]);
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_permissions_and_links() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    let directory = directory("kept");
    let (path, link) = (directory.join("a.json"), directory.join("link.json"));
    std::fs::write(&path, "old").expect("it writes");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("a.json", &link).expect("a link");
    // A hard link shows whether the file was overwritten or replaced.
    std::fs::hard_link(&path, directory.join("second")).expect("a second name");
    atomic_write(&link, "new").expect("it writes");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "new");
    assert_eq!(std::fs::read_to_string(directory.join("second")).expect("it is there"), "old");
    assert!(link.symlink_metadata().expect("it is there").is_symlink());
    assert_eq!(path.metadata().expect("it is there").mode() & 0o777, 0o640);
}
