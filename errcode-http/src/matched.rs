//! The route of a request.

/// The route that a request matched.
///
/// ```
/// use errcode_http::Matched;
/// use http::Request;
///
/// /// The pattern that a router has put into the request's extensions.
/// #[derive(Clone)]
/// struct Pattern(&'static str);
///
/// fn matched<B>(request: &Request<B>) -> Matched<&'static str> {
///     match request.extensions().get::<Pattern>() {
///         Some(pattern) => Matched::Route(pattern.0),
///         None => Matched::No,
///     }
/// }
///
/// assert_eq!(matched(&Request::new(())), Matched::No);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched<Route> {
    /// None, so an empty 404 is the router's.
    No,
    /// This one.
    Route(Route),
    /// Unknown: the framework does not say, or has no router.
    Unknown,
}
