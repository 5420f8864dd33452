//! Sends one request with the header NAME: VALUE of its arguments through a service that calls `llm`, and prints the
//! status, the code, and whether a call of the service would carry the header.

#![forbid(unsafe_code)]

use bytes::Bytes;
use errcode_core::{AppError, Failure};
use errcode_http::{ErrorLayer, X_ERROR_CODE, respond};
use errcode_resilience::{Dependency, Policy, Retry};
use errcode_runtime::Context;
use http::{Request, Response};
use http_body_util::Full;
use std::{
    convert::Infallible,
    env,
    io::{self, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};
use tower::{Layer as _, ServiceExt as _, service_fn};

#[derive(Debug, AppError)]
enum LlmError {
    #[error("the model is down", code = "E5004", status = 503, category = external)]
    Down,
}

errcode_core::catalog! { static CATALOG = [LlmError]; }

static LLM: Dependency = Dependency::new("llm");
/// Whether the context of the request had the header for its calls.
static PASSED_ON: AtomicBool = AtomicBool::new(false);

async fn handle(name: String) -> Result<Response<Full<Bytes>>, Infallible> {
    let outgoing = Context::current().map(|context| context.outgoing()).unwrap_or_default();
    PASSED_ON.store(outgoing.iter().any(|(known, _)| *known == name), Ordering::Relaxed);
    let policy = Policy::new(&LLM).retry(Retry::new(2));
    let is_down = name.is_empty();
    let call = async || if is_down { Err(LlmError::Down) } else { Ok("an answer") };
    let answer = policy.call(call).await;
    Ok(match answer {
        Ok(text) => Response::new(Full::from(text)),
        Err(error) => respond(Failure::from(error)),
    })
}

fn layer() -> ErrorLayer {
    let layer = ErrorLayer::new(&CATALOG);
    #[cfg(feature = "inject")]
    let layer = match errcode_core::drill::DrillKey::new("0123456789abcdef") {
        Ok(key) => layer.fault_drill(key),
        Err(_) => layer,
    };
    layer
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (name, value) = arguments.next().zip(arguments.next()).ok_or("two arguments")?;
    let request = Request::get("/").header(&name, value).body(())?;
    let service = layer().layer(service_fn(move |_: Request<()>| handle(name.clone())));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let response = runtime.block_on(service.oneshot(request))?;
    let code = response.headers().get(X_ERROR_CODE).and_then(|code| code.to_str().ok());
    let (status, passed_on) = (response.status().as_u16(), PASSED_ON.load(Ordering::Relaxed));
    writeln!(io::stdout(), "{status} {} {passed_on}", code.unwrap_or("-"))?;
    Ok(())
}
