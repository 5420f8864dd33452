//! The route of a request.

/// The route that a request matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched<Route> {
    /// None, so an empty 404 is the router's.
    No,
    /// This one.
    Route(Route),
    /// Unknown: the framework does not say, or has no router.
    Unknown,
}
