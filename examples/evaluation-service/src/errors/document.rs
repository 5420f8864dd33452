use errcode_core::AppError;
use std::error::Error;
use std::io;

/// Errors of documents.
#[derive(Debug, AppError)]
pub enum DocumentError {
    /// No document has this id.
    ///
    /// The id does not belong to an uploaded document.
    #[error(
        "document {id} not found",
        code = "E3001",
        status = 404,
        title = "文档不存在",
        user_msg = "文档 {id} 不存在",
        help = "Check the id, or list a project's documents with `GET /projects/{id}/documents`."
    )]
    NotFound { id: i64 },

    /// The document's content does not match its type.
    ///
    /// A `.txt` document must be UTF-8 text, a `.json` document an outline. The document is kept.
    #[error(
        "document {id} cannot be parsed",
        code = "E3002",
        category = business,
        status = 500,
        title = "文档解析失败",
        user_msg = "文档 {id} 解析失败",
        help = "Fix the document and upload it under another name."
    )]
    ParseFailed {
        id: i64,
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },

    /// The file could not be stored.
    ///
    /// The storage refused the file. Nothing was stored.
    #[error(
        "the storage refused the file",
        code = "E3003",
        status = 500,
        title = "文档上传失败",
        user_msg = "文档上传失败，请缩短文件名或稍后重试",
        help = "Try again later, or with a shorter file name."
    )]
    UploadFailed {
        #[source]
        cause: io::Error,
    },

    /// The file's type is not supported.
    ///
    /// The extension of the file name determines the type.
    #[error(
        "unsupported file type: {file_name}",
        code = "E3004",
        status = 400,
        title = "不支持的文件类型",
        user_msg = "不支持的文件类型：{file_name}",
        help = "Upload a `.txt` or `.json` file."
    )]
    TypeUnsupported {
        #[detail(example = "bid.exe")]
        file_name: String,
    },

    /// The file or the whole body is too large.
    ///
    /// `details` has the limit in bytes, for the file or for the whole body.
    #[error(
        "larger than {limit} bytes",
        code = "E3005",
        status = 413,
        title = "文件大小超限",
        user_msg = "文件大小超限，上限为 {limit} 字节",
        help = "Split or shorten the file."
    )]
    TooLarge {
        #[detail(example = "1048576")]
        limit: usize,
    },

    /// The file's SHA-256 differs from the one in the request.
    ///
    /// The file was damaged during the upload, or the hash belongs to another file.
    #[error(
        "the SHA-256 is {actual}, not {expected}",
        code = "E3006",
        status = 400,
        title = "文件哈希校验失败",
        user_msg = "文件哈希校验失败",
        help = "Upload the file again with its own hash."
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
