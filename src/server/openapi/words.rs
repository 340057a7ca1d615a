//! The types of the ground and of `access/` as the HTTP API writes them.

use crate::access::{Level, Levels, Role, SCREENS, Screen};
use crate::types::{Count, Instant, Page, SessionKind, Status, Typed};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A type that is one of some words, under the name that it has in the document.
macro_rules! words {
    ($type:ty, $name:literal, $words:expr) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let words: Vec<&'static str> = $words.into_iter().collect();
                schemars::json_schema!({ "type": "string", "enum": words })
            }
        }
    };
}
pub(crate) use words;

words!(Screen, "Screen", SCREENS.iter().map(|row| row.code));
words!(Level, "Level", Level::ALL.map(Level::word));
words!(Status, "Status", Status::ALL.map(Status::code));
words!(Role, "Role", Role::ALL.map(Role::code));
words!(SessionKind, "SessionKind", SessionKind::ALL.map(SessionKind::code));

impl JsonSchema for Levels {
    fn schema_name() -> Cow<'static, str> {
        "Levels".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>().to_value();
        let screens: Map<String, Value> = SCREENS.iter().map(|row| (row.code.to_owned(), level.clone())).collect();
        json_schema!({
            "type": "object", "properties": screens, "additionalProperties": false,
            "description": "Levels by screen. A screen that is left out has the level `none`.",
        })
    }
}

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl<const MIN: u32, const MAX: u32> JsonSchema for Typed<MIN, MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("Text{MIN}To{MAX}").into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({ "type": "string", "maxLength": MAX });
        if MIN > 0 {
            schema.insert("minLength".to_owned(), MIN.into());
        }
        schema
    }
}

/// A text of a known form, wherever a field is a `String`.
macro_rules! text {
    ($(#[doc = $doc:literal])* $type:ident, $schema:tt) => {
        $(#[doc = $doc])*
        pub struct $type;

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

text!(
    /// A UUID of version 7.
    Id,
    { "type": "string", "format": "uuid" }
);
text!(
    /// RFC 3339, in UTC.
    Time,
    { "type": "string", "format": "date-time" }
);
impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The total number; counting stops at 10,000, or earlier in a long search.",
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[0-9]+\\+$" }],
            "examples": [42, "10000+"],
        })
    }
}

impl<T: JsonSchema> JsonSchema for Page<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}List", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let cursor = "Send it as `cursor` to get the next page; null on the last page.";
        json_schema!({
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": generator.subschema_for::<T>() },
                "next_cursor": { "type": ["string", "null"], "description": cursor },
                "count": generator.subschema_for::<Count>(),
            },
            "required": ["items", "next_cursor", "count"],
        })
    }
}
