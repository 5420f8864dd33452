//! The code that the derive and the layer replace.

use super::{
    answers::{Method, Place},
    source::Source,
};
use std::{collections::BTreeSet, ops::Range};

/// Code to remove from a file.
pub(super) struct Removal {
    pub(super) file: usize,
    pub(super) line: usize,
    pub(super) bytes: Range<usize>,
    pub(super) what: String,
    pub(super) has_headers: bool,
}

/// Returns the conversions of these types into responses, and the methods about statuses that nothing else calls.
pub(super) fn removals(
    source: &Source,
    is_adopted: impl Fn(&str) -> bool,
    has_library: bool,
) -> Vec<Removal> {
    let is_ours = |file: usize, ty: &str| is_adopted(ty) && !source.files[file].is_foreign;
    let responses = source.answers.responses.iter();
    let responses: Vec<&Place> =
        responses.filter(|found| !found.is_mixed && is_ours(found.file, &found.ty)).collect();
    let mut removals: Vec<Removal> = responses.iter().map(|place| response(place)).collect();
    if removals.is_empty() {
        return removals;
    }
    let methods = source.answers.methods.iter().filter(|method| is_ours(method.file, &method.ty));
    let methods: Vec<&Method> = methods.collect();
    let names: BTreeSet<&str> = methods.iter().map(|method| method.name.as_str()).collect();
    for name in names {
        // One of them may ask another for the status.
        let own = || methods.iter().filter(|method| method.name == name);
        let gone = own().map(|method| (method.file, &method.bytes));
        let gone = gone.chain(responses.iter().map(|place| (place.file, &place.bytes)));
        let is_public = has_library && own().any(|method| method.is_public);
        if !is_public && !is_mentioned(source, name, &gone.collect::<Vec<_>>()) {
            removals.extend(own().map(|method| unused(source, method)));
        }
    }
    removals
}

fn response(place: &Place) -> Removal {
    Removal {
        file: place.file,
        line: place.line,
        bytes: place.bytes.clone(),
        what: format!("impl IntoResponse for {}", place.name),
        has_headers: place.has_headers,
    }
}

fn unused(source: &Source, method: &Method) -> Removal {
    let bytes = method.alone_in.as_ref().unwrap_or(&method.bytes).clone();
    Removal {
        file: method.file,
        line: 1 + source.files[method.file].text[..bytes.start].matches('\n').count(),
        bytes,
        what: format!("{}::{}", method.of, method.name),
        has_headers: false,
    }
}

/// Returns whether a name is in any file, outside of these places.
fn is_mentioned(source: &Source, name: &str, gone: &[(usize, &Range<usize>)]) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    source.files.iter().enumerate().any(|(file, read)| {
        let is_whole = |at: usize| {
            !read.text[..at].ends_with(is_word)
                && !read.text[at + name.len()..].starts_with(is_word)
        };
        let is_gone = |at: usize| gone.iter().any(|(of, bytes)| *of == file && bytes.contains(&at));
        read.text.match_indices(name).any(|(at, _)| is_whole(at) && !is_gone(at))
    })
}
