//! A demonstration: the service's own calls propagate the ids of its request. The request format is that of
//! W3C's test service for trace context.

use crate::Service;
use crate::errors::{CATALOG, CommonError};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use errcode_axum::Result;
use errcode_axum::extract::Json;
use errcode_core::{DefaultFaults, Failure, FrameworkFault};
use errcode_runtime::Context;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url, redirect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use utoipa::ToSchema;

/// The largest number of calls in a request.
const MOST_CALLS: usize = 16;

/// The timeout of one call.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Makes the calls.
#[derive(Debug, Clone)]
pub(crate) struct Relay(Client);

impl Relay {
    /// A client that cannot leave this machine: not by a proxy, a redirect or another address for `localhost`.
    pub(crate) fn new() -> reqwest::Result<Self> {
        let localhost = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .resolve_to_addrs("localhost", &localhost.map(|address| SocketAddr::new(address, 0)))
            .timeout(TIMEOUT)
            .build()
            .map(Self)
    }

    /// Returns the status of the response, whose body is not read.
    async fn call(&self, url: Url, arguments: &Value) -> Result<u16> {
        let mut request =
            self.0.post(url).header(CONTENT_TYPE, "application/json").body(arguments.to_string());
        for (name, value) in Context::current().iter().flat_map(Context::outgoing) {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| {
            let fault = Failure::fault(FrameworkFault::Upstream, "the target does not answer");
            fault.attach("relay", error.without_url())
        })?;
        Ok(response.status().as_u16())
    }
}

pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/demo/relay", post(relay))
}

/// One call to make.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Call {
    /// `http`, and an address of this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    #[schema(format = "uri", example = "http://127.0.0.1:3000/demo/relay")]
    url: String,
    /// The JSON to post there.
    #[schema(value_type = Vec<Object>)]
    arguments: Value,
}

/// The answer to a call.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    url: String,
    #[schema(minimum = 100, maximum = 599)]
    status: u16,
}

errcode_axum::codes!(RelayErrors = [CommonError::{Invalid, Forbidden}, DefaultFaults::BadGateway, faults::json]);

/// Calls other services
///
/// Posts `arguments` to each `url` in turn, with the ids of this request in the headers. All addresses are
/// checked before the first call. Redirects are not followed.
#[utoipa::path(
    post, path = "/demo/relay", operation_id = "relay", tag = "demo", security(()),
    request_body(content = [Call], description = "The calls, at most 16."),
    responses((status = 200, description = "The answers, in the same order.", body = [Answer]), RelayErrors)
)]
pub(crate) async fn relay(
    State(service): State<Service>,
    Json(calls): Json<Vec<Call>>,
) -> Result<Json<Vec<Answer>>> {
    if calls.len() > MOST_CALLS {
        let received = format!("{} calls", calls.len());
        return Err(
            CommonError::invalid("", format!("at most {MOST_CALLS} calls"), received).into()
        );
    }
    let targets: Vec<Url> = calls
        .iter()
        .enumerate()
        .map(|(at, call)| target(at, &call.url))
        .collect::<Result<_, _>>()?;
    let mut answers = Vec::with_capacity(calls.len());
    for (url, call) in targets.into_iter().zip(calls) {
        let status = service.relay.call(url, &call.arguments).await?;
        answers.push(Answer { url: call.url, status });
    }
    Ok(Json(answers))
}

/// Fails with E1002 for an invalid address, and with E1004 for one of another machine.
fn target(at: usize, url: &str) -> Result<Url, CommonError> {
    let invalid =
        |received: &str| CommonError::invalid(format!("/{at}/url"), "an http address", received);
    let url = Url::parse(url).map_err(|_| invalid("none"))?;
    if url.scheme() != "http" {
        return Err(invalid(url.scheme()));
    }
    if !is_loopback(&url) {
        let refused = url.host_str().unwrap_or_default().to_owned();
        return Err(CommonError::Forbidden { refused, required: "loopback" });
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // The parser has already normalized `0x7f.1` to `127.0.0.1` and `LOCALHOST` to `localhost`.
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str) -> Option<&'static str> {
        target(0, url).err().map(|error| Failure::from(error).spec().code().as_str())
    }

    #[test]
    fn only_this_machine_is_called() {
        for taken in [
            "http://127.0.0.1:3000/a?b=c",
            "http://127.255.255.254",
            "http://localhost:1",
            "http://LOCALHOST/",
            "http://[::1]:3000/",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://0x7f.1/",
            "http://2130706433/",
        ] {
            assert_eq!(code(taken), None, "{taken}");
        }
        for other in [
            "http://example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://127.0.0.1@example.com/",
            "http://localhost.example.com/",
            "http://localhost./",
            "http://127.0.0.1.nip.io/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            assert_eq!(code(other), Some("E1004"), "{other}");
        }
        for none in [
            "",
            "/relative",
            "https://127.0.0.1/",
            "file:///etc/passwd",
            "http://",
            "http://127.0.0.1:99999/",
        ] {
            assert_eq!(code(none), Some("E1002"), "{none}");
        }
    }
}
