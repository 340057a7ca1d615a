//! A `Count` in JSON, read by hand: a `serde_json::Value` in between would bring all of itself into the WebAssembly.

use super::Count;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Count::Exactly(n) => to.serialize_i64(*n),
            Count::MoreThan(n) => to.serialize_str(&format!("{n}+")),
        }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a count")
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Count, E> {
        Ok(Count::Exactly(n))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Count, E> {
        i64::try_from(n).map(Count::Exactly).map_err(|_| E::custom("too large a count"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Count, E> {
        let more = text.strip_suffix('+').and_then(|n| n.parse().ok());
        more.map(Count::MoreThan).ok_or_else(|| E::custom("no count"))
    }
}
