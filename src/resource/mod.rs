//! What every administered thing has on the server.

pub mod fields;
pub mod list;
pub mod things;
