//! The README's listing is the quickstart's source.

#[test]
fn the_readme_shows_the_quickstart() {
    let (readme, source) = (
        include_str!("../../../README.md"),
        include_str!("../../../examples/quickstart/src/main.rs"),
    );
    let (_, listing) = readme.split_once("```rust\n").expect("a listing");
    let (listing, _) = listing.split_once("```").expect("its end");
    let (shown, _) = source.split_once("#[tokio::main]").expect("`main`");
    assert_eq!(listing.trim_end(), shown.trim_end());
}
