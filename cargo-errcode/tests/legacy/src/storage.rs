use std::fmt::{Debug, Display};
use thiserror::*;

#[derive(Error, Debug)]
pub enum StorageError {
    #[error("connection to {host}:{port} timed out")]
    Connect { host: String, port: u16 },
    #[error("no such row")]
    Row,
    #[error("deadlock; try again")]
    Deadlock,
    #[error("permission denied for table {0}")]
    Table(String),
    #[error("the disk is full")]
    DiskFull,
    #[error("duplicate key {key:?}")]
    Key { key: Vec<u8> },
}

/// It holds anything.
#[derive(Debug, Error)]
pub enum Wrapped<E: Debug + Display, const N: usize>
where
    E: std::error::Error + 'static,
{
    #[error("in attempt {N}")]
    Inner(#[source] E),
    #[error("no attempt was made of {0:?}")]
    None([u8; N]),
    #[error(transparent)]
    Bare(E),
}

/// A parameter of the name of a type.
#[derive(Debug, Error)]
pub enum Shadow<StorageError = std::io::Error>
where
    StorageError: std::error::Error + 'static,
{
    #[error(transparent)]
    Inner(StorageError),
}

#[derive(Debug, Error)]
pub enum Borrowed<'a> {
    #[error("{0} is too long")]
    Long(&'a str),
    #[error("odd")] Odd, #[error("even")] Even,
}
