//! Assertions for the tests of services.

pub use crate::assert_code;
use errcode_core::{
    Catalog, Catalogued, Coded, ErrorSpec,
    wire::{BodyFormat, ErrorView, Example, Ids, render},
};
use std::{collections::BTreeSet, error::Error, fs, io, iter, path::Path};

/// Asserts that a response has a code: `assert_code!(response, "E2001")` by the `X-Error-Code` that clients get, or
/// `assert_code!(response, ProjectError::NotFound)` by the typed error of the response, which an internal code has too.
///
/// ```
/// use errcode_http::test::assert_code;
/// # use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// enum ProjectError {
///     #[error("no project {id}", code = "E2001", status = 404)]
///     NotFound { id: u64 },
/// }
///
/// let response: http::Response<bytes::Bytes> =
///     errcode_http::respond(ProjectError::NotFound { id: 17 }.into());
/// assert_code!(response, "E2001");
/// assert_code!(response, ProjectError::NotFound);
/// ```
#[macro_export]
macro_rules! assert_code {
    ($response:expr, $code:literal $(,)?) => {
        $crate::test::__assert_code(&$response, $code)
    };
    ($response:expr, $($variant:tt)+) => {
        $crate::__assert_variant!($response, [] $($variant)+)
    };
}

/// Splits the variant's name from its type's path.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_variant {
    ($response:expr, [$($type:tt)+] :: $variant:ident $(,)?) => {{
        // A variant that does not exist does not compile.
        let _ = |error: &$($type)+| matches!(error, $($type)+::$variant { .. });
        $crate::test::__assert_variant::<$($type)+, _>(&$response, ::core::stringify!($variant))
    }};
    ($response:expr, [$($type:tt)*] $next:tt $($rest:tt)+) => {
        $crate::__assert_variant!($response, [$($type)* $next] $($rest)+)
    };
}

#[doc(hidden)]
#[track_caller]
pub fn __assert_code<B>(response: &http::Response<B>, code: &str) {
    let sent = response.headers().get(crate::X_ERROR_CODE).and_then(|value| value.to_str().ok());
    assert!(
        sent == Some(code),
        "expected the code {code}, but the response is {}",
        described(response)
    );
}

#[doc(hidden)]
#[track_caller]
pub fn __assert_variant<E: Catalogued, B>(response: &http::Response<B>, variant: &str) {
    let wanted = E::TABLE.rows().find(|spec| spec.variant() == variant);
    let name = E::TABLE.name();
    let found = crate::error_of(response).map(errcode_core::Failure::spec);
    let same = match wanted {
        Some(wanted) => found == Some(wanted),
        // Variants that share the type's code have no row of their own.
        None => found.is_some_and(|found| E::TABLE.rows().any(|row| row == found)),
    };
    assert!(same, "expected {name}::{variant}, but the response is {}", described(response));
}

fn described<B>(response: &http::Response<B>) -> String {
    let code = response
        .headers()
        .get(crate::X_ERROR_CODE)
        .map_or("no code".into(), |code| format!("{code:?}"));
    let error =
        crate::error_of(response).map_or("no typed error".into(), |error| format!("{error:?}"));
    format!("a {} with {code}, {error}", response.status())
}

/// Asserts that a body contains nothing that is only for the log: the error's `Display` or log message, or the
/// `Display` of a source. Text that is also in the user message is allowed.
///
/// ```
/// # use errcode_core::{AppError, Coded};
/// #[derive(Debug, AppError)]
/// #[error("cannot store", code = "E3003", status = 500, user_msg = "please try again")]
/// struct Store(#[source] std::io::Error);
///
/// let error = Store(std::io::Error::other("disk /dev/sda1 is full"));
/// errcode_http::test::assert_no_leak(&error, r#"{"message":"please try again"}"#);
/// ```
///
/// # Panics
///
/// Panics if the body contains such text.
#[track_caller]
pub fn assert_no_leak(error: &dyn Coded, body: impl AsRef<[u8]>) {
    let body = String::from_utf8_lossy(body.as_ref()).into_owned();
    let public = error.user_message();
    let own = [error.to_string(), error.log_message()];
    let sources =
        iter::successors(error.source(), |&source| Error::source(source)).map(ToString::to_string);
    for secret in own
        .into_iter()
        .chain(sources)
        .filter(|text| !text.is_empty() && !public.contains(text.as_str()))
    {
        let mut escaped = Vec::new();
        errcode_core::json::push_escaped(&mut escaped, &secret);
        let leaks = body.contains(&secret) || body.contains(&*String::from_utf8_lossy(&escaped));
        assert!(!leaks, "the body contains {secret:?}: {body}");
    }
}

/// Compares the body of every code that clients can get with its file `<code>.json` (or `.txt`) in the directory.
///
/// The values in the bodies are each field's `example`, else one for its type. With `ERRCODE_GOLDEN=write` in the
/// environment this writes the files instead.
///
/// ```no_run
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no item", code = "E1", status = 404)]
/// # struct Missing;
/// # errcode_core::catalog! { static CATALOG = [Missing]; }
/// errcode_http::test::golden(&CATALOG, &errcode_core::wire::Envelope, "tests/wire");
/// ```
///
/// # Panics
///
/// Panics if a file differs, is missing, or belongs to no code. The message names all of them.
#[track_caller]
pub fn golden(catalog: &Catalog, format: &dyn BodyFormat, directory: impl AsRef<Path>) {
    let directory = directory.as_ref();
    let bodies: Vec<_> = catalog
        .errors()
        .into_iter()
        .filter(|spec| !spec.is_internal())
        .map(|spec| (file_name(spec, format), example_body(catalog, spec, format)))
        .collect();
    if std::env::var_os("ERRCODE_GOLDEN").is_some_and(|mode| mode == "write") {
        write(directory, &bodies)
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", directory.display()));
        return;
    }
    let found = differences(directory, &bodies);
    assert!(
        found.is_empty(),
        "golden files in {} (write them with ERRCODE_GOLDEN=write):\n{}",
        directory.display(),
        found.join("\n")
    );
}

/// Returns the body with fixed ids and a fixed time.
fn example_body(catalog: &Catalog, spec: ErrorSpec, format: &dyn BodyFormat) -> Vec<u8> {
    let ids = Ids::default()
        .request_id("req_01KHZ4QG80Z4T5W6R7S8V9X0A1")
        .trace_id("4bf92f3577b34da6a3ce929d0e0e4736");
    render(format, &ErrorView::from_example(&Example::new(spec), Some(catalog), ids))
}

fn file_name(spec: ErrorSpec, format: &dyn BodyFormat) -> String {
    let safe = |character: char| if character.is_ascii_alphanumeric() { character } else { '_' };
    let code: String = spec.code().chars().map(safe).collect();
    format!("{code}.{}", if format.content_type().contains("json") { "json" } else { "txt" })
}

fn write(directory: &Path, bodies: &[(String, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for name in stale(directory, bodies) {
        fs::remove_file(directory.join(name))?;
    }
    bodies.iter().try_for_each(|(name, body)| fs::write(directory.join(name), body))
}

fn differences(directory: &Path, bodies: &[(String, Vec<u8>)]) -> Vec<String> {
    let differs = |(name, body): &(String, Vec<u8>)| match fs::read(directory.join(name)) {
        Ok(known) if known == *body => None,
        Ok(known) => Some(format!(
            "{name} differs\n  file: {}\n  now:  {}",
            String::from_utf8_lossy(&known),
            String::from_utf8_lossy(body)
        )),
        Err(error) => Some(format!("{name}: {error}")),
    };
    let stale =
        stale(directory, bodies).into_iter().map(|name| format!("{name} belongs to no code"));
    bodies.iter().filter_map(differs).chain(stale).collect()
}

/// Returns the golden files of codes that no longer exist.
fn stale(directory: &Path, bodies: &[(String, Vec<u8>)]) -> BTreeSet<String> {
    let files = fs::read_dir(directory).into_iter().flatten().flatten();
    files
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|name| name.ends_with(".json") || name.ends_with(".txt"))
        .filter(|name| !bodies.iter().any(|(known, _)| known == name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{differences, write};
    use std::fs;

    #[test]
    fn what_is_written_is_what_is_compared() {
        let directory = std::env::temp_dir().join(format!("errcode-kit-{}", std::process::id()));
        let bodies = [("E1.json".to_owned(), b"{}".to_vec())];
        write(&directory, &[("E2.json".to_owned(), Vec::new())]).unwrap();
        assert_eq!(differences(&directory, &bodies).len(), 2);
        write(&directory, &bodies).unwrap();
        assert_eq!(differences(&directory, &bodies), [""; 0]);
        fs::remove_dir_all(directory).unwrap();
    }
}
