//! The work of a task.

use crate::TaskError;
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// How long a connection may take.
const LIMIT: Duration = Duration::from_secs(3);

/// Connects to the address.
pub async fn check(text: &str) -> Result<(), TaskError> {
    let address: SocketAddr = text.parse().map_err(|_| TaskError::NotAnAddress {
        text: text.to_owned(),
    })?;
    match timeout(LIMIT, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(cause)) => Err(TaskError::Unreachable {
            address: address.to_string(),
            cause,
        }),
        Err(_) => Err(TaskError::TooSlow {
            address: address.to_string(),
        }),
    }
}
