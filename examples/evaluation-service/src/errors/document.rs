use errcode_core::AppError;
use std::error::Error;
use std::io;

/// What can go wrong with a document.
#[derive(Debug, AppError)]
pub enum DocumentError {
    /// No document has this id.
    ///
    /// The document was never uploaded. Check the id, or list a project's documents with
    /// `GET /projects/{id}/documents`.
    #[error(
        "document {id} not found",
        code = "E3001",
        status = 404,
        title = "文档不存在",
        user_msg = "文档 {id} 不存在"
    )]
    NotFound { id: i64 },

    /// The document's content is not what its type promises.
    ///
    /// A `.txt` document is UTF-8 text, a `.json` document is an outline. The document stays stored; mend it
    /// and upload it under another name.
    #[error(
        "document {id} cannot be parsed",
        code = "E3002",
        category = business,
        status = 500,
        title = "文档解析失败",
        user_msg = "文档 {id} 解析失败"
    )]
    ParseFailed {
        id: i64,
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },

    /// The storage refused the file.
    ///
    /// The storage refused the file, and nothing was stored. A shorter file name may help; otherwise try again later.
    #[error(
        "the storage refuses a file",
        code = "E3003",
        status = 500,
        title = "文档上传失败",
        user_msg = "文档上传失败，请缩短文件名或稍后重试"
    )]
    UploadFailed {
        #[source]
        cause: io::Error,
    },

    /// The file's type is none that the service reads.
    ///
    /// The end of the file name tells the type, and the service does not read this one. Upload a `.txt` or
    /// `.json` file.
    #[error(
        "{file_name} is of no known type",
        code = "E3004",
        status = 400,
        title = "不支持的文件类型",
        user_msg = "不支持的文件类型：{file_name}"
    )]
    TypeUnsupported { file_name: String },

    /// The file, or the whole body, is larger than the service takes.
    ///
    /// The file, or the whole body, is larger than the service takes; `details` has the limit in bytes. Split
    /// or shorten the file.
    #[error(
        "more than {limit} bytes",
        code = "E3005",
        status = 413,
        title = "文件大小超限",
        user_msg = "文件大小超限，上限为 {limit} 字节"
    )]
    TooLarge {
        #[detail]
        limit: usize,
    },

    /// The file's SHA-256 is not the one that the request names.
    ///
    /// The file's SHA-256 is not the one that came with it: the file was damaged on its way, or the hash is
    /// another file's. Upload it again with its own hash.
    #[error(
        "the SHA-256 is {actual}, not {expected}",
        code = "E3006",
        status = 400,
        title = "文件哈希校验失败",
        user_msg = "文件哈希校验失败"
    )]
    HashMismatch {
        #[detail]
        expected: String,
        #[detail]
        actual: String,
    },
}

impl DocumentError {
    /// E3005 with the limit that was exceeded, in bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        Self::TooLarge { limit }
    }
}
