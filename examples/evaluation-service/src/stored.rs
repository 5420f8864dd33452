//! All documents of a project at once: one that cannot be read does not hold up the others.

use crate::Service;
use crate::errors::DocumentError;
use crate::formats::{Format, Section};
use errcode_core::prelude::*;

/// The documents of a project.
pub(crate) struct Stored<'s> {
    service: &'s Service,
    project: i64,
}

/// A document's id, and its sections or why it has none.
pub(crate) type Read = (i64, Result<Vec<Section>, Failure>);

impl<'s> Stored<'s> {
    pub(crate) fn new(service: &'s Service, project: i64) -> Self {
        Self { service, project }
    }

    /// Reads and parses each document.
    pub(crate) async fn documents(&self) -> Result<Vec<Read>, Failure> {
        let rows: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT id, file_name, sha256 FROM documents WHERE project_id = $1 ORDER BY id",
        )
        .bind(self.project)
        .fetch_all(&self.service.database)
        .await
        .unexpected("reading the documents of a project")?;
        let mut documents = Vec::with_capacity(rows.len());
        for (id, file_name, sha256) in rows {
            documents.push((id, self.sections_of(id, &file_name, &sha256).await));
        }
        Ok(documents)
    }

    /// Returns the sections of all documents that can be read.
    pub(crate) async fn sections(&self) -> Result<Vec<(i64, Section)>, Failure> {
        let documents = self.documents().await?;
        let readable = documents.into_iter().filter_map(|(id, read)| Some((id, read.ok()?)));
        Ok(readable.flat_map(|(id, all)| all.into_iter().map(move |one| (id, one))).collect())
    }

    async fn sections_of(
        &self,
        id: i64,
        file_name: &str,
        sha256: &str,
    ) -> Result<Vec<Section>, Failure> {
        let content = self.service.storage.read(sha256, file_name).await;
        let content =
            content.or_code(|cause| DocumentError::ParseFailed { id, cause: cause.into() })?;
        let format = Format::of(file_name).unwrap_or(Format::Text);
        format.parse(&content).or_code(|cause| DocumentError::ParseFailed { id, cause })
    }
}
