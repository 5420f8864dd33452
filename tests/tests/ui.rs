//! What the compiler says to each mistake. One mistake a file, the file is called after it;
//! `TRYBUILD=overwrite` writes the answers, which are then read and judged.

#[test]
fn every_mistake_is_explained() {
    trybuild::TestCases::new().compile_fail("ui/**/*.rs");
}
