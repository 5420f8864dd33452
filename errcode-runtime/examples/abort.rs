//! A panic inside a context, for a build with `panic = "abort"`: nothing can catch it, so its text is written
//! before the process ends.
//!
//! ```console
//! $ CARGO_PROFILE_DEV_PANIC=abort cargo run -p errcode-runtime --example abort | cat
//! {"ts":"…","lvl":"ERROR","logger":"app","event":"panic","msg":"panicked: why",…}
//! ```

use errcode_runtime::{Context, init};

fn main() {
    init();
    Context::task("nightly").enter(|| panic!("why"));
}
