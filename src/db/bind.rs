//! The values of statements that are built.

use crate::types::Instant;

/// A value of a built statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Bind {
    Text(String),
    Int(i64),
    Bool(bool),
    /// Null, in a column of texts.
    NoText,
    /// Null, in a column of numbers.
    NoInt,
}

impl From<Option<&str>> for Bind {
    fn from(value: Option<&str>) -> Bind {
        value.map_or(Bind::NoText, Bind::from)
    }
}

impl From<Option<Instant>> for Bind {
    fn from(value: Option<Instant>) -> Bind {
        value.map_or(Bind::NoInt, |at| Bind::Int(at.0))
    }
}

impl From<&str> for Bind {
    fn from(value: &str) -> Bind {
        Bind::Text(value.to_owned())
    }
}

impl From<String> for Bind {
    fn from(value: String) -> Bind {
        Bind::Text(value)
    }
}

impl From<i64> for Bind {
    fn from(value: i64) -> Bind {
        Bind::Int(value)
    }
}

impl From<bool> for Bind {
    fn from(value: bool) -> Bind {
        Bind::Bool(value)
    }
}
