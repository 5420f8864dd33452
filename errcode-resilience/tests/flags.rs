//! Flags and their sources.

use errcode_resilience::{EnvFlags, FileFlags, Flag, FlagError, FlagSource, Flags, flags};
use errcode_runtime::{Event, observe};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::time::advance;

flags! {
    /// What can be switched here.
    enum Feature {
        /// A small model answers when the large one fails.
        SmallModel = "small-model": true,
        Rerank = "rerank": false,
        Stream = "stream": false,
    }
}

use Feature::{Rerank, SmallModel, Stream};

fn on(flags: &Flags<Feature>) -> Vec<&'static str> {
    Feature::ALL.iter().filter(|flag| flags.is_on(**flag)).map(|flag| flag.name()).collect()
}

type Values = Result<Vec<(String, bool)>, FlagError>;

fn says(values: &[(&str, bool)]) -> impl FlagSource {
    let values: Vec<_> = values.iter().map(|(flag, on)| ((*flag).to_owned(), *on)).collect();
    move || -> Values { Ok(values.clone()) }
}

#[test]
fn what_is_set_comes_before_sources_and_sources_before_defaults() {
    let flags = Flags::<Feature>::new();
    assert_eq!(on(&flags), ["small-model"]);
    flags
        .feed("service", &says(&[("rerank", true), ("small-model", false), ("unknown", true)]))
        .unwrap();
    assert_eq!(on(&flags), ["rerank"]);
    flags.feed("env", &says(&[("rerank", false)])).unwrap();
    assert_eq!(on(&flags), [""; 0]);
    flags.set(Stream, true);
    flags.set(Rerank, true);
    assert_eq!(on(&flags), ["rerank", "stream"]);
    // What a source no longer says is forgotten.
    flags.feed("service", &says(&[])).unwrap();
    flags.unset(Stream);
    assert_eq!(on(&flags), ["small-model", "rerank"]);
    flags.unset(Rerank);
    assert_eq!(on(&flags), ["small-model"]);
    assert_eq!(format!("{flags:?}"), r#"{"small-model": true, "rerank": false, "stream": false}"#);
}

#[test]
fn a_source_that_fails_changes_nothing() {
    let flags = Flags::<Feature>::new();
    flags.feed("service", &says(&[("stream", true)])).unwrap();
    let broken = || -> Values { Err(FlagError::new("no connection")) };
    assert_eq!(flags.feed("service", &broken).unwrap_err().to_string(), "no connection");
    assert_eq!(on(&flags), ["small-model", "stream"]);
}

#[test]
fn each_change_is_one_event_and_no_change_is_none() {
    flags! {
        enum Observed { One = "observed-1": false, Two = "observed-2": true }
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&seen);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Flag(it) = event
            && it.flag.starts_with("observed")
        {
            to.lock()
                .unwrap()
                .push(format!("{} {} → {} by {}", it.flag, it.from, it.to, it.source));
        }
    });
    let flags = Flags::new();
    flags.set(Observed::One, true);
    flags.set(Observed::One, true);
    flags.set(Observed::Two, true);
    flags.feed("file", &says(&[("observed-1", false), ("observed-2", false)])).unwrap();
    flags.unset(Observed::Two);
    flags.unset(Observed::One);
    observing.stop();
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "observed-1 false → true by set",
            "observed-2 true → false by set",
            "observed-1 true → false by set",
        ]
    );
}

#[test]
fn the_environment() {
    // Nothing is set, which would be unsafe: the process has `PATH`.
    let path = EnvFlags::new("PAT").read();
    let error = path.expect_err("`PATH` is not a switch").to_string();
    assert_eq!(error, "invalid value of `PATH`; write `true` or `false`");
    assert!(EnvFlags::new("ERRCODE_NO_SUCH_PREFIX_").read().unwrap().is_empty());
}

struct TempFile(PathBuf);

impl TempFile {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "errcode-flags-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        Self(std::env::temp_dir().join(name))
    }

    fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn every_beginning_of_a_file_is_refused() {
    let file = TempFile::new();
    let source = FileFlags::new(&file.0);
    let whole = r#"{"small-model": false, "rerank": true}"#;
    for length in 0..whole.len() {
        file.write(&whole[..length]);
        assert!(source.read().is_err(), "{}", &whole[..length]);
    }
    file.write(whole);
    assert_eq!(source.read().unwrap().len(), 2);
    for broken in ["[]", "true", r#"{"rerank": 1}"#, r#"{"rerank": "true"}"#, "{} {}", "\u{feff}{}"]
    {
        file.write(broken);
        assert!(source.read().is_err(), "{broken}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_is_reloaded_and_the_last_good_one_stays() {
    static FLAGS: Flags<Feature> = Flags::new();
    let file = TempFile::new();
    let every = Duration::from_secs(5);
    let watching = tokio::spawn(FLAGS.watch("file", FileFlags::new(&file.0), every));
    let after_a_while = async || {
        advance(every).await;
        tokio::task::yield_now().await;
        on(&FLAGS)
    };
    // The file does not exist yet.
    assert_eq!(after_a_while().await, ["small-model"]);
    file.write(r#"{"rerank": true}"#);
    assert_eq!(after_a_while().await, ["small-model", "rerank"]);
    // Half written.
    file.write(r#"{"rerank": false, "str"#);
    assert_eq!(after_a_while().await, ["small-model", "rerank"]);
    // Deleted.
    fs::remove_file(&file.0).unwrap();
    assert_eq!(after_a_while().await, ["small-model", "rerank"]);
    // Replaced as a whole.
    let next = TempFile::new();
    next.write(r#"{"stream": true, "small-model": false}"#);
    fs::rename(&next.0, &file.0).unwrap();
    assert_eq!(after_a_while().await, ["stream"]);
    FLAGS.set(SmallModel, true);
    assert_eq!(after_a_while().await, ["small-model", "stream"]);
    watching.abort();
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_changes_nothing_and_is_read_again() {
    static FLAGS: Flags<Feature> = Flags::new();
    let mut reads = 0;
    let reads = Mutex::new(move || {
        reads += 1;
        reads
    });
    let source = move || -> Values {
        let number = reads.lock().unwrap_or_else(PoisonError::into_inner)();
        assert!(number != 2, "the second reading");
        Ok(vec![("rerank".to_owned(), true), ("stream".to_owned(), number > 2)])
    };
    let every = Duration::from_secs(5);
    let watching = tokio::spawn(FLAGS.watch("service", source, every));
    let mut seen = Vec::new();
    for _ in 0..3 {
        tokio::task::yield_now().await;
        seen.push(on(&FLAGS));
        advance(every).await;
    }
    assert_eq!(seen[..2], [["small-model", "rerank"], ["small-model", "rerank"]]);
    assert_eq!(seen[2], ["small-model", "rerank", "stream"]);
    assert!(!watching.is_finished());
    watching.abort();
}

/// What else may be at the path of a file.
#[cfg(unix)]
#[test]
fn a_path_that_is_no_list_of_flags_is_refused_and_a_link_is_followed() {
    let (file, link) = (TempFile::new(), TempFile::new());
    let source = FileFlags::new(&link.0);
    std::os::unix::fs::symlink(&file.0, &link.0).unwrap();
    assert!(source.read().is_err(), "it points to nothing");
    file.write(r#"{"rerank": true}"#);
    assert_eq!(source.read().unwrap(), [("rerank".to_owned(), true)]);
    // The target is replaced, as a mounted configuration is.
    let next = TempFile::new();
    next.write(r#"{"rerank": false}"#);
    fs::rename(&next.0, &file.0).unwrap();
    assert_eq!(source.read().unwrap(), [("rerank".to_owned(), false)]);

    for bytes in [
        &b"{\"rerank\xff\": true}"[..],
        &b"\xff\xfe{\0}\0"[..],
        &"[".repeat(100_000).into_bytes(),
        format!("{{\"rerank\": true{}", " ".repeat(2 << 20)).as_bytes(),
    ] {
        fs::write(&file.0, bytes).unwrap();
        assert!(source.read().is_err(), "{} bytes", bytes.len());
    }
    for special in ["/", "/dev/zero"] {
        let error = FileFlags::new(special).read().unwrap_err().to_string();
        assert_eq!(error, format!("`{special}` is not a file"));
    }
    let pipe = TempFile::new();
    let made = std::process::Command::new("mkfifo").arg(&pipe.0).status();
    assert!(made.unwrap().success());
    assert!(FileFlags::new(&pipe.0).read().is_err());
}
