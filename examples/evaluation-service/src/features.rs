//! What can be switched while the service runs, by variables and by a file that is read again.

use errcode_resilience::{EnvFlags, FileFlags, FlagError, Flags, flags};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

flags! {
    /// A feature that can be switched off.
    pub enum Feature {
        /// Searches ask the vector store; otherwise they look for the words in the documents.
        RagEnhanced = "rag-enhanced": true,
        /// While a model or the vector store fails, something simpler answers.
        DegradedAnswers = "degraded-answers": true,
    }
}

/// How often the file is read.
const EVERY: Duration = Duration::from_secs(1);

/// Reads variables such as `FEATURE_RAG_ENHANCED`, and from then on the file, whose values win.
pub(crate) fn open(file: Option<PathBuf>) -> Result<Arc<Flags<Feature>>, FlagError> {
    let features = Arc::new(Flags::new());
    features.feed("environment", &EnvFlags::new("FEATURE_"))?;
    if let Some(file) = file {
        let features = Arc::clone(&features);
        tokio::spawn(async move { features.watch("file", FileFlags::new(file), EVERY).await });
    }
    Ok(features)
}
