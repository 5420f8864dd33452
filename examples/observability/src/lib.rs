//! Dashboards and alert rules are in the folders of this package. Its test holds each query against what the examples
//! emit.
