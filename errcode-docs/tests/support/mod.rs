//! The catalog of the tests of errcode-catalog, and one with hostile texts.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses a part of it")]

#[path = "../../../errcode-catalog/tests/support/mod.rs"]
mod project;

use errcode_core::{AppError, catalog};
#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use project::CATALOG;

/// Texts that try to break out of every format.
#[derive(Debug, AppError)]
pub enum Hostile {
    /// <script>alert("title")</script> | `x` "quoted" 'single' =1+1
    ///
    /// <script>alert(1)</script> and [a link](javascript:alert(2)) and <img src=x onerror=alert(3)>
    ///
    /// ```html
    /// </code></pre><script>alert(4)</script>
    /// ```
    #[error(
        "hostile",
        code = "X1",
        status = 400,
        user_msg = "</script><script>alert(5)</script><!-- {value} --> \" onload=\"alert(6) */ ` \
             ${{7}} {{{{ 7 * 7 }}}}",
        help = "=cmd|' /C calc'!A0 </textarea><svg onload=alert(8)>",
        owner = "\"><script>alert(9)</script>",
        tags("</style><script>alert(10)</script>"),
        runbook = "javascript:alert(11)",
        deprecated = "*/ </script>"
    )]
    All { value: String },

    /// Headings and what is never closed.
    ///
    /// # <img src=x onerror=alert(13)>
    ///
    /// Setext <img src=x onerror=alert(14)> [x](javascript:alert(15))
    /// ===
    ///
    /// [definition]: javascript:alert(16)
    ///
    /// <!-- never closed
    ///
    /// - ~~~
    ///
    /// ```text
    /// swallows what follows
    #[error(
        "unclosed",
        code = "X2",
        status = 400,
        help = "# [x](javascript:alert(17))\n\n[definition]\n\n> ````\n> # <b>"
    )]
    Unclosed {
        #[detail(rename = "__proto__")]
        proto: u8,
    },
}

catalog! {
    pub static HOSTILE = [Hostile];
    service = "</title><script>alert(12)</script>";
}
