//! The description of the HTTP API (OpenAPI 3.1), made from what its handlers take and answer.

mod describe;
mod document;
mod operation;
mod schemas;
mod words;

pub use describe::{Describe, Input, Output};
pub use document::{Tag, document};
pub use operation::{About, Answer, Operation, problem};
pub use schemas::Schemas;
pub(crate) use words::words;
pub use words::{Id, Time};
