//! Documents: uploaded as multipart, checked, stored, parsed on request.

use crate::accounts::{Account, AsManager, Manager, SignedIn};
use crate::config::{MAX_BODY_BYTES, MAX_FILE_BYTES};
use crate::database::{TRANSACTIONS, named};
use crate::digest::sha256;
use crate::errors::{CATALOG, CommonError, DocumentError, ProjectError};
use crate::formats::{Format, Section};
use crate::{Service, projects, storage, validation};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use errcode_axum::Result;
use errcode_axum::extract::{Field, Json, Multipart, Path};
use errcode_core::prelude::*;
use errcode_sqlx::DatabaseResult;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;

const FILE_NAME: [&str; 2] =
    ["documents_project_id_file_name_key", "documents.project_id, documents.file_name"];

/// A stored file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Document {
    id: i64,
    project_id: i64,
    file_name: String,
    format: Format,
    /// Bytes.
    size: i64,
    sha256: String,
    /// The number of sections; null until the document is parsed.
    sections: Option<i64>,
}

pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/projects/{id}/documents", post(upload).get(list))
        .route("/documents/{id}", get(show))
        .route("/documents/{id}/parse", post(parse))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// The parts of the upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "`Upload` reads the parts one by one")]
pub(crate) struct UploadForm {
    /// The file: `.txt` or `.json`, at most 1 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The expected SHA-256 of the file, in hexadecimal.
    #[schema(min_length = 1, max_length = 64)]
    sha256: Option<String>,
}

errcode_axum::codes!(UploadErrors = [
    ..AsManager,
    CommonError::{Invalid, Conflict},
    ProjectError::{NotFound, StatusInvalid},
    DocumentError::{UploadFailed, TypeUnsupported, TooLarge, HashMismatch},
    faults::{path, multipart},
]);

/// Uploads a document to a project
///
/// Its name is unique in the project. Its content is checked when it is parsed.
#[utoipa::path(
    post, path = "/projects/{id}/documents", operation_id = "uploadDocument", tag = "documents",
    params(("id" = i64, Path, description = "The project's id.")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The document.", body = Document), UploadErrors)
)]
pub(crate) async fn upload(
    State(service): State<Service>,
    _: Manager,
    Path(project): Path<i64>,
    multipart: Multipart,
) -> Result<Json<Document>> {
    let file = Upload::read(multipart).await?.checked()?;
    let document = TRANSACTIONS.run(&service.database, async |mut transaction| {
        projects::lock_active(&mut transaction, project).await?;
        let document = sqlx::query_as(
            "INSERT INTO documents (project_id, file_name, format, size, sha256)
             VALUES ($1, $2, $3, $4, $5) RETURNING *",
        )
        .bind(project)
        .bind(&file.name)
        .bind(<&str>::from(file.format))
        .bind(file.size)
        .bind(&file.sha256)
        .fetch_one(&mut **transaction)
        .await
        .on_unique(FILE_NAME, |cause| CommonError::taken("document", file.name.clone(), cause))?;
        // Within the transaction, so that a file that the storage refuses leaves no row. To store it again is harmless.
        service
            .storage
            .store(&file.sha256, &file.name, &file.content)
            .await
            .or_code(|cause| DocumentError::UploadFailed { cause })?;
        Ok(document)
    });
    Ok(Json(document.await.context("uploading a document")?))
}

errcode_axum::codes!(ListErrors = [..SignedIn, ProjectError::NotFound, faults::path]);

/// Lists a project's documents
///
/// All of them, ordered by id.
#[utoipa::path(
    get, path = "/projects/{id}/documents", operation_id = "listDocuments", tag = "documents",
    params(("id" = i64, Path, description = "The project's id.")),
    responses((status = 200, description = "The documents.", body = [Document]), ListErrors)
)]
pub(crate) async fn list(
    State(service): State<Service>,
    _: Account,
    Path(project): Path<i64>,
) -> Result<Json<Vec<Document>>> {
    projects::find(&service, project).await?;
    let documents = sqlx::query_as("SELECT * FROM documents WHERE project_id = $1 ORDER BY id")
        .bind(project)
        .fetch_all(&service.database)
        .await
        .or_fault("listing documents")?;
    Ok(Json(documents))
}

errcode_axum::codes!(ShowErrors = [..SignedIn, DocumentError::NotFound, faults::path]);

/// Shows a document
///
/// Its metadata only; the content is not served.
#[utoipa::path(
    get, path = "/documents/{id}", operation_id = "showDocument", tag = "documents",
    params(("id" = i64, Path, description = "The document's id.")),
    responses((status = 200, description = "The document.", body = Document), ShowErrors)
)]
pub(crate) async fn show(
    State(service): State<Service>,
    _: Account,
    Path(id): Path<i64>,
) -> Result<Json<Document>> {
    Ok(Json(find(&service, id).await?))
}

errcode_axum::codes!(ParseErrors = [..SignedIn, DocumentError::{NotFound, ParseFailed}, faults::path]);

/// Parses a document
///
/// Splits it into sections. An evaluation needs a parsed document before its start.
#[utoipa::path(
    post, path = "/documents/{id}/parse", operation_id = "parseDocument", tag = "documents",
    params(("id" = i64, Path, description = "The document's id.")),
    responses((status = 200, description = "The sections.", body = [Section]), ParseErrors)
)]
pub(crate) async fn parse(
    State(service): State<Service>,
    _: Account,
    Path(id): Path<i64>,
) -> Result<Json<Vec<Section>>> {
    let document = find(&service, id).await?;
    let content = service
        .storage
        .read(&document.sha256, &document.file_name)
        .await
        .unexpected("reading a document")?;
    let sections = document
        .format
        .parse(&content)
        .or_code(|cause| DocumentError::ParseFailed { id, cause })?;
    sqlx::query("UPDATE documents SET sections = $2 WHERE id = $1")
        .bind(id)
        .bind(i64::try_from(sections.len()).unexpected("counting sections")?)
        .execute(&service.database)
        .await
        .or_fault("marking a document as parsed")?;
    Ok(Json(sections))
}

async fn find(service: &Service, id: i64) -> Result<Document> {
    let document = sqlx::query_as("SELECT * FROM documents WHERE id = $1")
        .bind(id)
        .fetch_optional(&service.database)
        .await
        .or_fault("finding a document")?;
    Ok(document.ok_or(DocumentError::NotFound { id })?)
}

/// The upload: the part `file`, and the part `sha256` if there is one.
#[derive(Default)]
struct Upload {
    file: Option<(String, Vec<u8>)>,
    sha256: Option<String>,
}

/// A file that passed every check.
struct CheckedFile {
    name: String,
    format: Format,
    content: Vec<u8>,
    size: i64,
    sha256: String,
}

impl Upload {
    /// Parts with other names are ignored.
    async fn read(mut multipart: Multipart) -> Result<Self> {
        let mut upload = Self::default();
        while let Some(part) = multipart.next_field().await? {
            match part.name() {
                Some("file") => upload.file = Some(read_file(part).await?),
                Some("sha256") => upload.sha256 = Some(part.text().await?),
                _ => {}
            }
        }
        Ok(upload)
    }

    fn checked(self) -> Result<CheckedFile> {
        let (name, content) =
            self.file.ok_or_else(|| CommonError::invalid("/file", "a file", "no such part"))?;
        if !storage::is_file_name(&name) {
            return Err(CommonError::invalid(
                "/file",
                "a plain file name",
                "a path, none or too long",
            )
            .into());
        }
        let Some(format) = Format::of(&name) else {
            return Err(DocumentError::TypeUnsupported { file_name: name }.into());
        };
        let size = i64::try_from(content.len()).unexpected("measuring a file")?;
        if content.len() > MAX_FILE_BYTES {
            return Err(DocumentError::too_large(MAX_FILE_BYTES).into());
        }
        let actual = sha256(&content);
        if let Some(expected) = self.sha256 {
            let expected = validation::text("/sha256", expected, actual.len())?;
            if !expected.eq_ignore_ascii_case(&actual) {
                return Err(DocumentError::HashMismatch { expected, actual }.into());
            }
        }
        Ok(CheckedFile { name, format, content, size, sha256: actual })
    }
}

/// Reads the file to its end even if it is too large (the body has a limit), so that the client has sent
/// everything when it gets the response.
async fn read_file(part: Field<'_>) -> Result<(String, Vec<u8>)> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let content = part.bytes().await?;
    Ok((name, content.into()))
}

impl FromRow<'_, AnyRow> for Document {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            project_id: row.try_get("project_id")?,
            file_name: row.try_get("file_name")?,
            format: named(row, "format")?,
            size: row.try_get("size")?,
            sha256: row.try_get("sha256")?,
            sections: row.try_get("sections")?,
        })
    }
}
