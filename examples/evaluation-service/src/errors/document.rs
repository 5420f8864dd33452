use errcode_core::AppError;
use std::error::Error;
use std::io;

/// Errors of documents.
#[derive(Debug, AppError)]
pub enum DocumentError {
    /// No document has this id.
    #[error(
        "document {id} not found",
        code = "E3001",
        status = 404,
        title(zh = "文档不存在", en = "Document not found"),
        user_msg(zh = "文档 {id} 不存在", en = "There is no document {id}."),
        explanation(
            zh = "该 ID 不属于任何已上传的文档。",
            en = "The id does not belong to an uploaded document."
        ),
        help(
            zh = "核对 ID，或用 `GET /projects/{id}/documents` 列出项目的文档。",
            en = "Check the id, or list a project's documents with `GET /projects/{id}/documents`."
        )
    )]
    NotFound { id: i64 },

    /// The document's content does not match its type.
    #[error(
        "document {id} cannot be parsed",
        code = "E3002",
        category = business,
        status = 500,
        title(zh = "文档解析失败", en = "Document cannot be parsed"),
        user_msg(zh = "文档 {id} 解析失败", en = "Document {id} cannot be parsed."),
        explanation(
            zh = "`.txt` 文档必须是 UTF-8 文本，`.json` 文档必须是大纲。文档会保留。",
            en = "A `.txt` document must be UTF-8 text, a `.json` document an outline. The document is kept."
        ),
        help(
            zh = "修正文档，并以其他名称上传。",
            en = "Fix the document and upload it under another name."
        )
    )]
    ParseFailed {
        id: i64,
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },

    /// The file could not be stored.
    #[error(
        "the storage refused the file",
        code = "E3003",
        status = 500,
        title(zh = "文档上传失败", en = "Upload failed"),
        user_msg(
            zh = "文档上传失败，请缩短文件名或稍后重试",
            en = "The upload failed. Please shorten the file name or try again later."
        ),
        explanation(
            zh = "存储拒绝了该文件，未保存任何内容。",
            en = "The storage refused the file. Nothing was stored."
        ),
        help(
            zh = "请稍后重试，或缩短文件名。",
            en = "Try again later, or with a shorter file name."
        )
    )]
    UploadFailed {
        #[source]
        cause: io::Error,
    },

    /// The file's type is not supported.
    #[error(
        "unsupported file type: {file_name}",
        code = "E3004",
        status = 400,
        title(zh = "不支持的文件类型", en = "Unsupported file type"),
        user_msg(zh = "不支持的文件类型：{file_name}", en = "Unsupported file type: {file_name}"),
        explanation(
            zh = "文件类型由文件名的扩展名决定。",
            en = "The extension of the file name determines the type."
        ),
        help(zh = "上传 `.txt` 或 `.json` 文件。", en = "Upload a `.txt` or `.json` file.")
    )]
    TypeUnsupported {
        #[detail(example = "bid.exe")]
        file_name: String,
    },

    /// The file or the whole body is too large.
    #[error(
        "larger than {limit} bytes",
        code = "E3005",
        status = 413,
        title(zh = "文件大小超限", en = "File too large"),
        user_msg(
            zh = "文件大小超限，上限为 {limit} 字节",
            en = "The file is larger than {limit} bytes."
        ),
        explanation(
            zh = "`details` 给出文件或整个请求体的字节上限。",
            en = "`details` has the limit in bytes, for the file or for the whole body."
        ),
        help(zh = "拆分或缩短文件。", en = "Split or shorten the file.")
    )]
    TooLarge {
        #[detail(example = "1048576")]
        limit: usize,
    },

    /// The file's SHA-256 differs from the one in the request.
    #[error(
        "the SHA-256 is {actual}, not {expected}",
        code = "E3006",
        status = 400,
        title(zh = "文件哈希校验失败", en = "File hash mismatch"),
        user_msg(zh = "文件哈希校验失败", en = "The hash of the file does not match."),
        explanation(
            zh = "文件在上传过程中损坏，或哈希值属于其他文件。",
            en = "The file was damaged during the upload, or the hash belongs to another file."
        ),
        help(zh = "用文件自身的哈希值重新上传。", en = "Upload the file again with its own hash.")
    )]
    HashMismatch {
        #[detail(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
        expected: String,
        #[detail(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")]
        actual: String,
    },
}

impl DocumentError {
    /// Returns E3005 with the limit in bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        Self::TooLarge { limit }
    }
}
