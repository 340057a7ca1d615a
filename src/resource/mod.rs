//! What every administered thing has on the server.

pub mod list;
